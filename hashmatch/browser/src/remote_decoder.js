/** Stands in for `VideoDecoder` in a worker that has none; the other half is decoder.js. */

/**
 * @typedef {import("./decoder.js").Call} Call
 * @typedef {import("./decoder.js").Reply} Reply
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
      this.sent = 0;
      this.done = 0;
      /** @type {{resolve: () => void, reject: (reason: Error) => void}[]} */
      this.flushing = [];
      link.onReply = (reply) => {
        switch (reply.reply) {
          case "frame":
            return output(reply.value);
          case "done":
            return void (this.done = reply.value);
          case "flushed":
            return this.flushing.shift()?.resolve();
          case "failed": {
            const failure = new DOMException("The frame could not decode this.", "EncodingError");
            this.flushing.splice(0).forEach(({ reject }) => reject(failure));
            return error(failure);
          }
        }
      };
    }

    /** @param {VideoDecoderConfig} config @returns {Promise<VideoDecoderSupport>} */
    static isConfigSupported(config) {
      return new Promise((resolve) => {
        link.onReply = (reply) => resolve({ config, supported: reply.reply === "support" && reply.value });
        link.tell({ call: "support", value: config });
      });
    }

    get decodeQueueSize() {
      return this.sent - this.done;
    }

    /** @param {VideoDecoderConfig} config */
    configure(config) {
      this.state = "configured";
      link.tell({ call: "configure", value: config });
    }

    /** @param {EncodedVideoChunk} chunk */
    decode(chunk) {
      this.sent++;
      link.tell({ call: "decode", value: chunk });
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
