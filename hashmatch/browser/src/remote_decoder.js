/** Stands in for `VideoDecoder` in a worker that has none; the other half is film.js, in the frame's document. */

/**
 * @typedef {import("./film.js").Call} Call
 * @typedef {import("./film.js").Reply} Reply
 * @typedef {{tell: (call: Call) => void, onReply: (reply: Reply) => void}} Link to the frame
 */

/**
 * @param {Link} link
 * @returns {object} a class with as much of `VideoDecoder` as mediabunny uses
 */
export function remoteDecoderFor(link) {
  return class RemoteDecoder {
    /** @param {VideoDecoderInit} init */
    constructor({ output, error }) {
      /** @type {"unconfigured" | "configured" | "closed"} */
      this.state = "unconfigured";
      this.decodeQueueSize = 0;
      /** @type {{resolve: () => void, reject: (reason: Error) => void}[]} */
      this.flushing = [];
      link.onReply = (reply) => {
        switch (reply.reply) {
          case "frame":
            return output(reply.value);
          case "queued":
            return void (this.decodeQueueSize = reply.value);
          case "flushed":
            return this.flushing.shift()?.resolve();
          case "failed": {
            this.state = "closed";
            const failure = new DOMException("The frame could not decode this.", "EncodingError");
            this.flushing.splice(0).forEach(({ reject }) => reject(failure));
            return error(failure);
          }
        }
      };
    }

    /** The frame has to try it. @param {VideoDecoderConfig} config @returns {Promise<VideoDecoderSupport>} */
    static async isConfigSupported(config) {
      return { config, supported: true };
    }

    /** @param {VideoDecoderConfig} config */
    configure(config) {
      this.state = "configured";
      // Only what the frame takes: mediabunny's own fields need not be such as can be sent.
      const { codec, codedWidth, codedHeight, description, colorSpace } = config;
      link.tell({ call: "configure", config: { codec, codedWidth, codedHeight, description, colorSpace } });
    }

    /** @param {EncodedVideoChunk} chunk */
    decode(chunk) {
      this.decodeQueueSize += 1; // until the frame says how many still wait
      link.tell({ call: "decode", chunk });
    }

    /** @returns {Promise<void>} */
    flush() {
      return new Promise((resolve, reject) => {
        this.flushing.push({ resolve, reject });
        link.tell({ call: "flush" });
      });
    }

    close() {
      if (this.state === "closed") return;
      this.state = "closed";
      link.tell({ call: "close" });
    }
  };
}
