// Long work goes on by itself: what a press has left is sent for at once. Without it, a button does the same.

document.querySelector("[data-leeward-go-on]")?.requestSubmit();
