// The text of a plate, character under character. Digits, arrows, Backspace and Hangul are typed anywhere on the page:
// letters are put together from the keys of a Korean keyboard, whatever layout is on. Space makes room for a character.

const LEADS = "ㄱㄲㄴㄷㄸㄹㅁㅂㅃㅅㅆㅇㅈㅉㅊㅋㅌㅍㅎ";
const VOWELS = "ㅏㅐㅑㅒㅓㅔㅕㅖㅗㅘㅙㅚㅛㅜㅝㅞㅟㅠㅡㅢㅣ";
const TAILS = " ㄱㄲㄳㄴㄵㄶㄷㄹㄺㄻㄼㄽㄾㄿㅀㅁㅂㅄㅅㅆㅇㅈㅊㅋㅌㅍㅎ";
const JOINED = { ㅗㅏ: "ㅘ", ㅗㅐ: "ㅙ", ㅗㅣ: "ㅚ", ㅜㅓ: "ㅝ", ㅜㅔ: "ㅞ", ㅜㅣ: "ㅟ", ㅡㅣ: "ㅢ" };
const KEYS = Object.fromEntries(
  [..."QWERTYUIOPASDFGHJKLZXCVBNM"].map((key, n) => ["Key" + key, "ㅂㅈㄷㄱㅅㅛㅕㅑㅐㅔㅁㄴㅇㄹㅎㅗㅓㅏㅣㅋㅌㅊㅍㅠㅜㅡ"[n]]),
);
const PAUSE = 250; // milliseconds without a key after which the page is told

const isDigit = (char) => /^\d$/.test(char);

function spell({ lead, vowel, tail }) {
  if (!vowel) return lead;
  const place = (LEADS.indexOf(lead) * 21 + VOWELS.indexOf(vowel)) * 28 + Math.max(0, TAILS.indexOf(tail || " "));
  return String.fromCharCode(0xac00 + place);
}

class Line {
  constructor(data) {
    this.seed = data.seed;
    this.cells = [...data.text];
    this.at = Math.min(data.at, this.cells.length);
    this.typed = null; // the parts of the syllable that is being put together in this cell
    this.legal = new Set(data.legal);
  }

  get text() {
    return this.cells.filter((char) => !LEADS.includes(char) && !VOWELS.includes(char)).join("");
  }

  go(place) {
    this.typed = null;
    this.at = Math.max(0, Math.min(this.cells.length, place));
  }

  put(char) {
    if (this.typed) this.go(this.at + 1);
    this.cells[this.at] = char;
    this.go(this.at + 1);
  }

  // A region or a word stands first; it takes the place of what stands there.
  putFirst(word) {
    const rest = this.cells.findIndex(isDigit);
    this.cells.splice(0, rest < 0 ? this.cells.length : rest, ...word);
    this.go(word.length);
  }

  erase() {
    if (!this.typed) this.go(this.at - 1);
    this.cells.splice(this.at, 1);
    this.typed = null;
  }

  type(jamo) {
    const now = this.typed;
    if (VOWELS.includes(jamo)) {
      if (!now) return;
      const joined = JOINED[now.vowel + jamo];
      if (!now.vowel) now.vowel = jamo;
      else if (now.tail) this.split(jamo);
      else if (joined) now.vowel = joined;
      else return;
    } else if (now?.vowel && !now.tail && this.legal.has(spell({ ...now, tail: jamo }))) now.tail = jamo;
    else {
      if (now) this.at += 1;
      this.typed = { lead: jamo, vowel: "", tail: "" };
    }
    this.cells[this.at] = spell(this.typed);
  }

  // The consonant that closed a syllable opens the next one.
  split(vowel) {
    const lead = this.typed.tail;
    this.cells[this.at] = spell({ ...this.typed, tail: "" });
    this.at += 1;
    this.typed = { lead, vowel, tail: "" };
  }

  // Whether the key meant something here.
  press(event) {
    const digit = event.code.match(/^(?:Digit|Numpad)(\d)$/)?.[1];
    const moves = { ArrowLeft: this.at - 1, ArrowRight: this.at + 1, Home: 0, End: this.cells.length };
    if (digit) this.put(digit);
    else if (KEYS[event.code]) this.type(KEYS[event.code]);
    else if (event.key in moves) this.go(moves[event.key]);
    else if (event.key === "Backspace") this.erase();
    else if (event.key === "Delete") this.cells.splice(this.at, 1), (this.typed = null);
    else if (event.key === " ") this.cells.splice(this.at, 0, "·");
    else return false;
    return true;
  }
}

function draw(root, line, data) {
  const cells = [...line.cells, ""].map((char, n) => {
    const cell = document.createElement("b");
    cell.textContent = char;
    cell.className = (n === line.at ? "at " : "") + (data.text[n] !== char && char ? "new" : "");
    cell.onclick = () => (line.go(n), draw(root, line, data));
    return cell;
  });
  const sheet = root.querySelector(".line");
  sheet.replaceChildren(...cells);
  sheet.setAttribute("aria-label", `${data.label}: ${line.text}`);
}

function palette(root, data, put) {
  if (root.host?.dataset.words === data.words_of) return;
  if (root.host) root.host.dataset.words = data.words_of;
  const groups = data.groups.map(([title, chars]) => {
    const group = document.createElement("p");
    const name = document.createElement("small");
    name.textContent = title;
    const buttons = document.createElement("span");
    group.append(name, buttons);
    buttons.append(
      ...chars.map((char) => {
        const button = document.createElement("button");
        button.type = "button";
        button.tabIndex = -1; // the keyboard has keys for them
        button.textContent = char;
        button.onclick = () => put(char);
        return button;
      }),
    );
    return group;
  });
  root.querySelector(".palette").replaceChildren(...groups);
}

export default function ({ data, parentElement: root, setStateValue }) {
  const kept = (root.plEditor ??= {});
  kept.stop?.abort();
  kept.stop = new AbortController();
  if (kept.line?.seed !== data.seed) kept.line = new Line(data);
  const line = kept.line;
  let waiting = 0;
  let told = kept.told ?? "";
  const tell = () => {
    clearTimeout(waiting);
    const now = JSON.stringify([line.seed, line.text]);
    if (now === told || (told === "" && line.text === data.text)) return;
    kept.told = told = now;
    setStateValue("edited", { seed: line.seed, text: line.text });
  };
  const changed = () => {
    draw(root, line, data);
    clearTimeout(waiting);
    waiting = setTimeout(tell, PAUSE);
  };
  const { signal } = kept.stop;
  const keydown = (event) => {
    const into = event.composedPath()[0];
    const writes = into.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(into.tagName);
    if (writes || event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
    if (event.key === "Enter") tell();
    if (event.shiftKey || !line.press(event)) return;
    event.preventDefault();
    event.stopImmediatePropagation(); // some of Streamlit's own keys are letters, too
    changed();
  };
  window.addEventListener("keydown", keydown, { capture: true, signal });
  window.addEventListener("pointerdown", tell, { capture: true, signal });
  palette(root, data, (char) => {
    const own = root.plEditor.line;
    if (char.length > 1) own.putFirst(char);
    else own.put(char);
    root.plEditor.changed();
  });
  kept.changed = changed;
  draw(root, line, data);
  return () => kept.stop.abort();
}
