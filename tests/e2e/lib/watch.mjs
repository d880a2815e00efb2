// Looks over the page's shoulder: whatever a visitor's browser would complain about is a failure.

import { gateway } from "./settings.mjs";

/** Requests that are kept for the evidence. */
const KEPT = 60;

export class Watch {
  /** Lines as they came, for the evidence. */
  console = [];
  requests = [];
  /** What must not happen. */
  complaints = [];
  #expected = [];
  #expectedConsole = [];
  #noLine = false;

  static async on(context) {
    const watch = new Watch();
    await context.exposeBinding("tradewindViolation", (_, text) => watch.complaints.push(`content security policy: ${text}`));
    await context.addInitScript(() => {
      addEventListener("securitypolicyviolation", (event) => {
        window.tradewindViolation(`${event.violatedDirective} refused ${event.blockedURI || event.sample}`);
      });
    });
    context.on("request", (request) => watch.#request(request));
    context.on("response", (response) => watch.#response(response));
    context.on("requestfailed", (request) => watch.#failed(request));
    context.on("console", (message) => watch.#message(message));
    context.on("weberror", (error) => watch.complaints.push(`uncaught: ${error.error()?.message}`));
    return watch;
  }

  /** From here on `method path` may answer `status`: it is what the test is about. */
  expect(method, path, status) {
    this.#expected.push({ method, path, status });
  }

  /** From here on the console may say this. */
  expectConsole(pattern) {
    this.#expectedConsole.push(pattern);
  }

  /** From here on the device may be without a network: what cannot be sent then is no complaint. */
  expectNoLine() {
    this.#noLine = true;
  }

  /** The trace of the newest request that carried one. */
  get traceId() {
    return this.requests.findLast((request) => request.trace)?.trace ?? "none";
  }

  #request(request) {
    const url = new URL(request.url());
    const local = url.protocol === "data:" || url.protocol === "blob:" || url.origin === new URL(gateway).origin;
    if (!local) this.complaints.push(`a request left the shop: ${request.method()} ${request.url()}`);
    const trace = request.headers()["traceparent"]?.split("-")[1];
    this.requests.push({ request, line: `${request.method()} ${url.pathname}${url.search}`, trace, status: null });
    if (this.requests.length > KEPT) this.requests.shift();
  }

  #response(response) {
    const known = this.requests.find((entry) => entry.request === response.request());
    if (known) known.status = response.status();
    if (response.status() < 400) return;
    const path = new URL(response.url()).pathname;
    const method = response.request().method();
    const right = this.#expected.some((entry) => entry.method === method && entry.path === path && entry.status === response.status());
    if (!right) this.complaints.push(`${method} ${path} answered ${response.status()}`);
  }

  #failed(request) {
    const known = this.requests.find((entry) => entry.request === request);
    if (known) known.status = request.failure()?.errorText;
    const why = request.failure()?.errorText;
    if (this.#noLine && why === "net::ERR_INTERNET_DISCONNECTED") return;
    // A page that is left behind ends its own streams and fetches.
    if (why !== "net::ERR_ABORTED") this.complaints.push(`${request.method()} ${request.url()}: ${why}`);
  }

  #message(message) {
    this.console.push(`${message.type()}: ${message.text()}`);
    // The browser says of every 4xx that it failed to load; those are judged above, by their status.
    const judgedByStatus = message.text().startsWith("Failed to load resource");
    const announced = this.#expectedConsole.some((pattern) => pattern.test(message.text()));
    if (message.type() === "error" && !judgedByStatus && !announced) {
      this.complaints.push(`console: ${message.text()}`);
    }
  }
}
