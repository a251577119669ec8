/** Builds the hasher of the folder that is given, without measuring how small its files can be made: most of the time goes there. */
import { syncBuiltinESMExports } from "node:module";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import zlib from "node:zlib";

zlib.brotliCompressSync = (data) => Buffer.from(data);
syncBuiltinESMExports();
const { buildHasher } = await import(pathToFileURL(join(process.argv[2], "tools", "build_hasher.mjs")).href);
await buildHasher();
