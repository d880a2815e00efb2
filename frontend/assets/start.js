// Starts the app. Whoever cannot run it is told so, in place of the skeleton.
function explain(title, advice) {
  const note = document.querySelector("#shell [role=alert]");
  if (!note) return; // The app has mounted and speaks for itself.
  note.querySelector("h1").textContent = title;
  note.querySelector("p").textContent = advice;
  note.hidden = false;
  document.querySelectorAll("#shell .waiting").forEach((part) => part.remove());
}

async function start() {
  if (typeof WebAssembly !== "object") {
    explain("This browser is too old for the shop", "It needs WebAssembly, which every browser since 2017 has, unless it is switched off.");
    return;
  }
  try {
    const app = await import("{{tradewind.js}}");
    await app.default({ module_or_path: "{{tradewind.wasm}}" });
  } catch (error) {
    console.error(error);
    explain("The shop did not load", "Part of the page did not arrive. Nothing is lost: your basket is kept. Check the connection and load the page again.");
  }
}

start();
