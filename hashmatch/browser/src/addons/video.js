/** Add-on: hashes videos. */
import { hashVideo } from "../video.js";

self.leewardAddons.video = { hashVideo };
