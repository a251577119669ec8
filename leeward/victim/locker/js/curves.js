/** X25519 of @noble/curves in a worker of its own, for browsers that have none: one key pair for one message. */
import { x25519 } from "@noble/curves/ed25519.js";

self.onmessage = ({ data }) => {
  const secret = x25519.utils.randomSecretKey();
  self.postMessage({ enc: x25519.getPublicKey(secret), shared: x25519.getSharedSecret(secret, data) });
};
