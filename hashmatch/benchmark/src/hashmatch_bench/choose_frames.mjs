/** Chooses the frames of videos that the hasher would send. In: {most: [36, ...], videos: [[[hex, count], ...], ...]}; out: hashes by video and number. */
import { text } from "node:stream/consumers";
import { FrameList, thin } from "../../../browser/src/frames.js";
import { usableMembers } from "../../../browser/src/payload.js";

const { most, videos } = JSON.parse(await text(process.stdin));
const chosen = videos.map((frames) => {
  const list = new FrameList(1);
  list.members = frames.map(([hex]) => ["frame", hex, 100]);
  list.counts = frames.map(([, count]) => count);
  return most.map((number) => usableMembers(thin(list, number)).map(([, hex]) => hex));
});
process.stdout.write(JSON.stringify(chosen));
