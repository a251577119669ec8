/** Encodes known scenes to a video, in Chromium. Evaluated as one function. */
async ({ scenes, repeat, width, height, rate, container, codec, rotation }) => {
  const { Output, BufferTarget, WebMOutputFormat, Mp4OutputFormat, VideoSampleSource, VideoSample } = await import("/muxer.mjs");
  const output = new Output({ format: container === "webm" ? new WebMOutputFormat() : new Mp4OutputFormat(), target: new BufferTarget() });
  const source = new VideoSampleSource({ codec, bitrate: 6e6, keyFrameInterval: 2 });
  output.addVideoTrack(source, { frameRate: rate, rotation });
  await output.start();
  let number = 0;
  for (const scene of scenes) {
    const rgba = Uint8Array.from(atob(scene), (character) => character.charCodeAt(0));
    for (let again = 0; again < repeat; again++, number++) {
      const sample = new VideoSample(rgba, { format: "RGBA", codedWidth: width, codedHeight: height, timestamp: number / rate, duration: 1 / rate });
      await source.add(sample);
      sample.close();
    }
  }
  await output.finalize();
  const bytes = new Uint8Array(output.target.buffer);
  let text = "";
  for (let at = 0; at < bytes.length; at += 8192) text += String.fromCharCode(...bytes.subarray(at, at + 8192));
  return btoa(text);
}
