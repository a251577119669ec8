/**
 * What only a document has for a worker that reads a video: the browser's own player, never shown, and in Chromium its
 * decoder (the workers of a frame without origin are not counted as secure there). What passes is handed on unread.
 */
import { readNumber, readWord } from "./reading.js";

/**
 * @typedef {{call: "seek", time: number} | {call: "configure", config: VideoDecoderConfig} | {call: "decode", chunk: EncodedVideoChunk}
 *   | {call: "flush" | "close"}} Call of the worker
 * @typedef {{reply: "seen", value: ImageBitmap} | {reply: "frame", value: VideoFrame} | {reply: "queued", value: number}
 *   | {reply: "flushed" | "failed", value?: undefined}} Reply "queued" is how many chunks still wait
 */

/** @param {HTMLVideoElement} video @param {"onseeked" | "onloadedmetadata"} event @returns {Promise<unknown>} rejected where it cannot play its file */
const once = (video, event) => new Promise((resolve, reject) => Object.assign(video, { [event]: resolve, onerror: reject }));

/** @param {HTMLVideoElement} video @param {Blob} file @returns {Promise<number>} its length in seconds; 0 where this browser cannot tell */
export async function openVideo(video, file) {
  video.src = URL.createObjectURL(file);
  await once(video, "onloadedmetadata").catch(() => {});
  return Number.isFinite(video.duration) ? video.duration : 0;
}

/** @param {HTMLVideoElement} video @param {(reply: Reply["reply"], value?: any) => void} say @returns {(data: any) => Promise<void>} does what it is asked */
export function makeHelper(video, say) {
  const failed = () => say("failed"); // a damaged file, or a kind of video that this browser does not know
  /** @type {VideoDecoder} */
  let decoder;
  /** @type {Record<string, (data: any) => unknown>} */
  const calls = {
    async seek({ time }) {
      if (video.error) return failed();
      const moved = once(video, "onseeked");
      video.currentTime = readNumber(time, Infinity);
      await moved;
      say("seen", await createImageBitmap(video));
    },
    configure({ config: { codec, codedWidth, codedHeight, description, colorSpace } }) {
      decoder ??= new VideoDecoder({ output: (frame) => say("frame", frame), error: failed });
      decoder.ondequeue = () => say("queued", decoder.decodeQueueSize);
      decoder.configure({ codec, codedWidth, codedHeight, description, colorSpace }); // the browser takes each of its type alone
    },
    decode: ({ chunk }) => decoder.decode(chunk),
    flush: () => decoder.flush().then(() => say("flushed")),
    close: () => decoder.close(),
  };
  return (data) => Promise.resolve(data).then(calls[readWord(data.call, Object.keys(calls))]).then(() => {}, failed);
}
