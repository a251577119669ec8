/**
 * The page around a hostile frame: lets it begin, learns when it has tried everything, and then asks for a name and a
 * file itself, twice, so that whatever the frame set going has gone before.
 */
const frame = document.getElementById("hasher");
const go = () => frame.contentWindow.postMessage("go", "*");
const last = async (name) => {
  document.head.append(Object.assign(document.createElement("link"), { rel: "dns-prefetch", href: `https://${name}.page.example/` }));
  await fetch(`/asked/${name}`); // answered when the name was asked for
};
addEventListener("message", async ({ source, data }) => {
  if (source !== frame.contentWindow) return;
  if (data === "here") return go();
  if (!data.tried) return;
  await last("last-1");
  await last("last-2");
  window.finished = data.tried;
});
go();
