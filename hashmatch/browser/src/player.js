/** The browser's own video player, never shown, for videos that its bare decoders cannot be asked for. */

/** @typedef {import("./video.js").Seen} Seen */

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
    const { video } = this;
    try {
      await this.ready;
      const moved = this.once("seeked");
      video.currentTime = time;
      await moved;
      return { bitmap: video.videoWidth ? await createImageBitmap(video) : null, duration: Number.isFinite(video.duration) ? video.duration : 0 };
    } catch {
      return { bitmap: null, duration: 0 }; // not a video this browser can play
    }
  }

  close() {
    this.video.removeAttribute("src");
    this.video.load();
    URL.revokeObjectURL(this.address);
  }
}
