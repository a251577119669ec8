/** How many hashes a video may have by its length; the build hands these numbers to the frame. */

/** Found on fast clips: one frame a second misses half of what a platform samples, five miss almost nothing. */
export const FRAMES_PER_SECOND = 5;
/** Where the browser cannot tell how long a video is. */
export const FRAMES_OF_UNKNOWN = 12;
