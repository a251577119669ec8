declare global {
  /** The text of the worker; it stands before the frame's own lines, which never run it. */
  const WORKER_TEXT: string;

  /** SHA-256 of the script with another X25519; the build puts it in. */
  const CURVES_SHA256: string;
}

export {};
