/** Add-on: takes videos apart (mediabunny, MPL-2.0, unchanged; only the containers that we read). */
import { BlobSource, Input, MATROSKA, MP4, QTFF, VideoSampleSink, WEBM } from "mediabunny";

self.leewardAddons.mediabunny = { BlobSource, Input, MATROSKA, MP4, QTFF, VideoSampleSink, WEBM };
