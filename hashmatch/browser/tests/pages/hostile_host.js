/** The page around the hostile frame: learns when it has tried everything. */
addEventListener("message", ({ data }) => { if (data === "tried") window.tried = true; });
