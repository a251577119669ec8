// Builds every file that a browser gets: the theme, the hasher, the portal's script.
import { buildHasher, lastPacked } from "./build_hasher.mjs";
import { buildLocker } from "./build_locker.mjs";
import { buildPortal } from "./build_portal.mjs";
import { buildTheme } from "./build_theme.mjs";

await buildTheme();
await buildHasher(undefined, await lastPacked());
await buildLocker();
await buildPortal(); // last: it copies the hasher and bundles its page side
