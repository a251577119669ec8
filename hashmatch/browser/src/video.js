/**
 * From a video file to the brightness of its frames, by mediabunny and the browser's decoder (WebCodecs). Runs beside the
 * code of others; another worker, of our own lines alone, hashes what it hands over.
 */
import { Sampler } from "./frames.js";
import { isFrameExact, isReadable, planeOf } from "./luma.js";
import { remoteDecoderFor } from "./remote_decoder.js";

/**
 * @typedef {import("./remote_decoder.js").Link} Link
 * @typedef {import("./handover.js").Give} Give
 */

/**
 * @param {File} file @param {{link: Link, seconds: number, give: Give, beat: () => void}} video how long it is, 0 where unknown;
 *   `give` hands a frame over when it is asked for one, `beat` says that it has moved on
 * @returns {Promise<{end: true} | null>} null where it cannot be decoded so
 */
export async function decodeVideo(file, { link, seconds, give, beat }) {
  const { mediabunny } = leewardAddons;
  if (!mediabunny || typeof VideoFrame === "undefined") return null;
  if (typeof VideoDecoder === "undefined") Object.assign(globalThis, { VideoDecoder: remoteDecoderFor(link) });
  const { Input, BlobSource, VideoSampleSink, MP4, QTFF, MATROSKA, WEBM } = mediabunny;
  const input = new Input({ source: new BlobSource(file), formats: [MP4, QTFF, MATROSKA, WEBM] });
  try {
    const track = await input.getPrimaryVideoTrack();
    if (!track || !(await track.canDecode())) return null;
    // A see-through video must be laid on black, as the player's canvas does; the merger of mediabunny never ends here.
    if (await track.canBeTransparent()) return null;
    const duration = seconds || (await track.computeDuration());
    const rotation = await track.getRotation();
    const sampler = new Sampler(duration);
    const trusted = new Map();
    for await (const sample of new VideoSampleSink(track).samples()) {
      try {
        beat();
        if (!sampler.wants(sample.timestamp)) continue;
        const frame = sample.toVideoFrame();
        try {
          const { format } = frame;
          if (!format || !isReadable(frame)) return null;
          if (!trusted.has(format)) trusted.set(format, await isFrameExact(format));
          if (!trusted.get(format)) return null;
          const plane = await planeOf(frame);
          await give({ ...plane, rotation, time: sample.timestamp, done: sample.timestamp / duration }, [plane.luma.buffer]);
        } finally {
          frame.close();
        }
      } finally {
        sample.close();
      }
    }
    return { end: true };
  } catch (error) {
    // mediabunny and WebCodecs answer damaged files with errors of many kinds; the player may still get through.
    if (error instanceof Error) return null;
    throw error;
  } finally {
    input.dispose();
  }
}
