/** What a locked file may be called, and when a picture counts as covered. */

/**
 * @typedef {"covered" | "uncovered" | "alone" | "whole"} FileKind of an uncovered picture its person says that nothing intimate can be seen; of one that is
 *   `alone`, that something can: it is for that person alone, so it has no view and never leaves the device's own page
 */

/** The least side of a box that counts as one, in percent of the picture. */
export const LEAST = 1;

/** @param {readonly (readonly number[])[]} boxes left, top, width and height of each @returns {boolean} whether one of them covers anything */
export const covers = (boxes) => boxes.some(([, , width, height]) => Math.min(width, height) >= LEAST);

/** The parts that each kind may have, and whether it has an original: a picture that no browser could write anew as a JPEG has none. */
const SHAPES = {
  covered: ["copy view original"],
  uncovered: ["copy view original", "copy"],
  alone: ["copy original", "copy"],
  whole: ["copy"],
};

/**
 * @param {FileKind} kind @param {string[]} parts @param {boolean} hasOriginal
 * @returns {boolean} whether a device of ours locks a file of this kind so
 */
export const isShape = (kind, parts, hasOriginal) => Object.hasOwn(SHAPES, kind) && SHAPES[kind].includes([...parts, ...(hasOriginal ? ["original"] : [])].join(" "));
