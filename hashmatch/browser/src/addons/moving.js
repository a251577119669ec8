/** Add-on: finds the frame of an animation that is seen longest. */
import { openLongest } from "../moving.js";

self.leewardAddons.moving = openLongest;
