/* A page opened from a disk may start no worker: its work is done in a hidden frame instead, which
   has a worker's way of speaking. The theme would fetch such a script from elsewhere. */
if (location.protocol === "file:") {
  window.Worker = class extends EventTarget {
    constructor(address) {
      super();
      const base = new URL(address, location.href);
      const told = (data) => {
        const event = new MessageEvent("message", { data });
        this.dispatchEvent(event);
        if (this.onmessage) this.onmessage(event);
      };
      const frame = document.createElement("iframe");
      frame.hidden = true;
      frame.setAttribute("aria-hidden", "true");
      document.body.append(frame);
      const inside = (this.inside = frame.contentWindow);
      const load = (script) =>
        new Promise((done, failed) => {
          const element = inside.document.createElement("script");
          element.src = new URL(script, base);
          element.onload = done;
          element.onerror = failed;
          inside.document.body.append(element);
        });
      inside.postMessage = (data) => told(data);
      inside.importScripts = (...scripts) =>
        scripts.reduce((before, script) => before.then(() => load(script)), Promise.resolve());
      this.ready = load(base);
    }
    postMessage(data) {
      this.ready.then(() => this.inside.dispatchEvent(new MessageEvent("message", { data })));
    }
    terminate() {}
  };
}
