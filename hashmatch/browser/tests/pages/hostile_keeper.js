/** As if the keeper had been replaced: for each file it says what FORGERIES holds, and for a video asks how long it is first. */
const say = (message) => postMessage(message);
say({ say: "enable" });
onmessage = ({ data }) => {
  if (data.add && data.file.type.startsWith("video/")) say({ say: "open", row: data.add });
  else if (data.add || data.opened) {
    const row = data.add ?? data.opened;
    for (const forgery of FORGERIES) say({ row, ...forgery });
    say({ say: "phase", row, phase: "ready", sentence: null });
  }
};
