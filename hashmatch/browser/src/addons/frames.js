/** Add-on: hashes the frames of videos, whoever has decoded them. */
import { hashVideo } from "../hash_video.js";

self.leewardAddons.frames = hashVideo;
