import type { Raster } from "./handover.js";
import type { openLongest } from "./moving.js";
import type { hashVideo } from "./hash_video.js";
import type { decodeVideo } from "./video.js";
import type * as bounds from "./bounds.js";
import type * as payload from "./payload.js";
import type * as mediabunny from "mediabunny";

declare global {
  /** SHA-256 of every add-on, by file name; the build puts it in. */
  const ADDON_HASHES: Record<string, string>;

  /** What a list of hashes may hold (payload.js, bounds.js); the build puts it in, so that the frame need not hold the whole reader. */
  const PAYLOAD: Pick<typeof payload, "SPEC" | "MOST_PICTURES" | "MOST_FRAMES" | "PATHS" | "VARIANTS"> & typeof bounds;

  /** The texts of the workers; they stand before the frame's own lines, which never run them. */
  const KEEPER_TEXT: string;
  const WORKER_TEXT: string;

  /** As far as it is used here; the library of types does not know it yet. */
  var trustedTypes: undefined | { createPolicy: (name: string, rules: { createScriptURL: (address: string) => string }) => { createScriptURL: (address: string) => object } };

  /** Takes the add-on's WebAssembly and answers a reader of whole files. */
  type PrepareDecoder = (wasm: ArrayBuffer) => Promise<(bytes: Uint8Array) => Promise<Raster>>;

  interface LeewardAddons {
    jpeg?: PrepareDecoder;
    png?: PrepareDecoder;
    webp?: PrepareDecoder;
    heic?: PrepareDecoder;
    mediabunny?: Pick<typeof mediabunny, "Input" | "BlobSource" | "VideoSampleSink" | "MP4" | "QTFF" | "MATROSKA" | "WEBM">;
    video?: typeof decodeVideo;
    frames?: typeof hashVideo;
    moving?: typeof openLongest;
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
