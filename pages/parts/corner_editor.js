// The four corners of a plate over its picture: dragged, or chosen by 1 to 4 and moved by the arrow keys.

const SVG = "http://www.w3.org/2000/svg";
const PAUSE = 200; // milliseconds without a move after which the page is told
const FAR = 10; // what an arrow moves with Shift, in pixels of the shown picture

function draw(root, kept, data) {
  const svg = root.querySelector("svg");
  const points = kept.corners.map((corner) => corner.join(",")).join(" ");
  const shape = document.createElementNS(SVG, "polygon");
  shape.setAttribute("points", points);
  const handles = kept.corners.map(([x, y], n) => {
    const handle = document.createElementNS(SVG, "circle");
    const radius = Math.max(data.width, data.height) / 70;
    for (const [name, value] of Object.entries({ cx: x, cy: y, r: radius })) handle.setAttribute(name, value);
    if (n === kept.chosen) handle.setAttribute("class", "at");
    handle.onpointerdown = (event) => {
      kept.chosen = n;
      svg.setPointerCapture(event.pointerId);
      kept.drags = true;
      draw(root, kept, data);
    };
    return handle;
  });
  svg.querySelectorAll("polygon, circle").forEach((part) => part.remove());
  svg.append(shape, ...handles);
}

export default function ({ data, parentElement: root, setStateValue }) {
  const kept = (root.plCorners ??= {});
  kept.stop?.abort();
  kept.stop = new AbortController();
  if (kept.seed !== data.seed) Object.assign(kept, { seed: data.seed, corners: data.corners, chosen: 0, drags: false });
  const { signal } = kept.stop;
  const svg = root.querySelector("svg");
  const rim = Math.max(data.width, data.height) / 40; // room for handles at the picture's edge
  svg.setAttribute("viewBox", `${-rim} ${-rim} ${data.width + 2 * rim} ${data.height + 2 * rim}`);
  svg.setAttribute("aria-label", data.label);
  const image = svg.querySelector("image");
  for (const [name, value] of Object.entries({ href: data.picture, width: data.width, height: data.height }))
    image.setAttribute(name, value);
  let waiting = 0;
  const tell = () => {
    clearTimeout(waiting);
    setStateValue("moved", { seed: kept.seed, corners: kept.corners });
  };
  const move = (x, y) => {
    kept.corners = kept.corners.map((corner, n) =>
      n === kept.chosen ? [Math.max(0, Math.min(data.width, x)), Math.max(0, Math.min(data.height, y))] : corner,
    );
    draw(root, kept, data);
    clearTimeout(waiting);
    waiting = setTimeout(tell, PAUSE);
  };
  svg.onpointermove = (event) => {
    if (!kept.drags) return;
    const at = new DOMPoint(event.clientX, event.clientY).matrixTransform(svg.getScreenCTM().inverse());
    move(at.x, at.y);
  };
  svg.onpointerup = () => (kept.drags = false);
  const steps = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };
  const keydown = (event) => {
    const corner = event.code.match(/^(?:Digit|Numpad)([1-4])$/)?.[1];
    if (event.key === "Enter") tell();
    if (corner) {
      kept.chosen = corner - 1;
      draw(root, kept, data);
    } else if (event.key in steps) {
      const [x, y] = kept.corners[kept.chosen];
      const far = event.shiftKey ? FAR : 1;
      move(x + far * steps[event.key][0], y + far * steps[event.key][1]);
    } else return;
    event.preventDefault();
    event.stopImmediatePropagation();
  };
  window.addEventListener("keydown", keydown, { capture: true, signal });
  draw(root, kept, data);
  return () => kept.stop.abort();
}
