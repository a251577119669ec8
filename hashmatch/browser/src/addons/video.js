/** Add-on: takes frames out of videos. */
import { decodeVideo } from "../video.js";

self.leewardAddons.video = decodeVideo;
