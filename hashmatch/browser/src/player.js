/** The browser's own video player, never shown, for videos that its bare decoders cannot be asked for. */

/** @typedef {import("./video.js").Seen} Seen */

const TRIES = 4;
const PATIENCE_MS = 100;

export class Player {
  /** @param {Blob} file */
  constructor(file) {
    this.address = URL.createObjectURL(file);
    this.video = document.createElement("video");
    this.video.muted = true;
    this.video.preload = "auto";
    /** Rejected where the browser cannot play the file. */
    this.ready = this.once("loadeddata");
    this.video.src = this.address;
  }

  /** @param {string} event @returns {Promise<void>} */
  once(event) {
    return new Promise((resolve, reject) => {
      this.video.addEventListener(event, () => resolve(), { once: true });
      this.video.addEventListener("error", () => reject(this.video.error), { once: true });
    });
  }

  /** @param {number} time in seconds @returns {Promise<Seen>} */
  async at(time) {
    for (let tries = 1; ; tries += 1) {
      try {
        await this.ready;
        return await this.look(time);
      } catch {
        // A busy browser may say that it is there before it has the picture; what cannot be played stays so.
        if (this.video.error || tries === TRIES) return { bitmap: null, duration: 0 };
        await new Promise((resolve) => setTimeout(resolve, tries * PATIENCE_MS));
      }
    }
  }

  /** @param {number} time in seconds @returns {Promise<Seen>} Rejected where there is no picture yet. */
  async look(time) {
    const { video } = this;
    const moved = this.once("seeked");
    video.currentTime = time;
    await moved;
    return { bitmap: video.videoWidth ? await createImageBitmap(video) : null, duration: Number.isFinite(video.duration) ? video.duration : 0 };
  }

  close() {
    this.video.removeAttribute("src");
    this.video.load();
    URL.revokeObjectURL(this.address);
  }
}
