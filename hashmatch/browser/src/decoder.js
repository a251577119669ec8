/**
 * The browser's video decoder, worked from afar. The workers of a frame without origin are not counted as secure, so
 * that they have no `VideoDecoder`; the frame itself has one. The frame decodes, its worker takes apart and hashes.
 */

/**
 * @typedef {{call: "support", value: VideoDecoderConfig} | {call: "configure", value: VideoDecoderConfig}
 *   | {call: "decode", value: EncodedVideoChunk} | {call: "flush"} | {call: "close"}} Call from worker to frame
 * @typedef {{reply: "support", value: boolean} | {reply: "frame", value: VideoFrame} | {reply: "done", value: number}
 *   | {reply: "flushed"} | {reply: "failed"}} Reply from frame to worker; "done" counts the chunks that left the queue
 */

/** The frame's side: does what it is told. */
export class DecoderHost {
  /** @param {(reply: Reply, transfer?: Transferable[]) => void} say */
  constructor(say) {
    this.say = say;
    this.received = 0;
    /** @type {VideoDecoder | null} */
    this.decoder = null;
  }

  /** @param {Call} call */
  async take(call) {
    try {
      await this.obey(call);
    } catch {
      this.say({ reply: "failed" }); // a damaged file, or a kind of video this browser does not know
    }
  }

  /** @param {Call} call */
  async obey(call) {
    if (call.call === "support") {
      const value = typeof VideoDecoder !== "undefined" && (await VideoDecoder.isConfigSupported(call.value)).supported === true;
      return this.say({ reply: "support", value });
    }
    if (call.call === "close") return this.close();
    const decoder = (this.decoder ??= this.open());
    if (call.call === "configure") decoder.configure(call.value);
    else if (call.call === "decode") {
      this.received++;
      decoder.decode(call.value);
    } else {
      await decoder.flush();
      this.say({ reply: "flushed" });
    }
  }

  open() {
    const decoder = new VideoDecoder({
      output: (frame) => this.say({ reply: "frame", value: frame }, [frame]),
      error: () => this.say({ reply: "failed" }),
    });
    decoder.ondequeue = () => this.say({ reply: "done", value: this.received - decoder.decodeQueueSize });
    return decoder;
  }

  close() {
    if (this.decoder && this.decoder.state !== "closed") this.decoder.close();
    this.decoder = null;
  }
}
