// The one script of the ordinary pages. Every page works without it.
import { Button, Checkboxes, ErrorSummary, NotificationBanner, Radios, SkipLink, createAll } from "govuk-frontend";

import { groupAsTyped } from "./groups.js";
import { watchForLeaving } from "./leave.js";
import { doSums } from "./sum.js";

watchForLeaving(); // first: nothing that fails below may take the way out away

if ("noModule" in HTMLScriptElement.prototype) {
  document.body.classList.add("js-enabled", "govuk-frontend-supported");
  for (const component of [Button, Checkboxes, ErrorSummary, NotificationBanner, Radios, SkipLink]) {
    createAll(component);
  }
  doSums();
  groupAsTyped();
}
