/** Finishes a pack as the page's script does. Arguments: the archive without its exhibits, a folder with their contents, the file to write. */
import { readFileSync, writeFileSync } from "node:fs";

import { openPack } from "../../../leeward/victim/locker/js/packing.js";

const [archive, folder, written] = process.argv.slice(2);
const pack = await openPack(new Blob([readFileSync(archive)]));
for (const path of [...pack.missing.keys()]) await pack.add(path, new Blob([readFileSync(`${folder}/${path}`)]));
writeFileSync(written, new Uint8Array(await pack.finish().arrayBuffer()));
