import type { RowSource } from "./family.js";
import type { hashVideo } from "./video.js";
import type * as mediabunny from "mediabunny";

declare global {
  /** SHA-256 of every add-on, by file name; the build puts it in. */
  const ADDON_HASHES: Record<string, string>;

  /** Takes the add-on's WebAssembly and answers a reader of whole files. */
  type PrepareDecoder = (wasm: ArrayBuffer) => Promise<(bytes: Uint8Array) => Promise<RowSource>>;

  interface LeewardAddons {
    jpeg?: PrepareDecoder;
    png?: PrepareDecoder;
    webp?: PrepareDecoder;
    heic?: PrepareDecoder;
    mediabunny?: Pick<typeof mediabunny, "Input" | "BlobSource" | "VideoSampleSink" | "MP4" | "QTFF" | "MATROSKA" | "WEBM">;
    video?: { hashVideo: typeof hashVideo };
  }

  /** Where the add-ons of a worker register themselves. */
  var leewardAddons: LeewardAddons;

  interface HeifImage {
    is_primary(): number;
    get_width(): number;
    get_height(): number;
    display(target: { data: Uint8ClampedArray; width: number; height: number }, done: (shown: object | null) => void): void;
    free(): void;
  }

  /** The unmodified libheif script, where it was brought in. */
  var libheif: undefined | ((options: { wasmBinary: ArrayBuffer }) => { HeifDecoder: new () => { decode(bytes: Uint8Array): HeifImage[] } });
}

export {};
