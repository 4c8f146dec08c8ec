// Search, filters, keys and the two buttons. Without it the page still shows everything, and no control.
"use strict";
(() => {
  const all = (selector, from = document) => Array.from(from.querySelectorAll(selector));
  const one = (selector) => document.querySelector(selector);
  const rows = all(".row");
  const sections = all("section[data-section]");
  const lots = all(".lot");
  const tiles = all(".tile");
  const causes = all(".choice button");
  const search = one(".search");
  const shown = one(".shown");
  const none = one(".none");

  for (const control of all("[data-script]")) control.hidden = false;

  const ROW_HEIGHT = 62;
  const number = new Intl.NumberFormat("en");
  const sectionOf = rows.map((row) => sections.indexOf(row.closest("section")));
  const lotNumber = new Map(lots.map((lot, index) => [lot, index]));
  const lotOf = rows.map((row) => lotNumber.get(row.parentNode));
  const causesOf = rows.map((row) => (row.dataset.cause || "").split(" "));

  // What is searched is what is read, without case and accents; gathered when there is time, or when it is asked for.
  const plain = (text) => text.normalize("NFD").replace(/\p{M}+/gu, "").toLowerCase();
  let texts = null;
  const gather = () => (texts ??= rows.map((row) => plain(row.textContent)));
  if (window.requestIdleCallback) requestIdleCallback(gather);

  const pressed = (button) => button.getAttribute("aria-pressed") === "true";
  const press = (button, on) => button.setAttribute("aria-pressed", String(on));

  const words = () => plain(search.value).split(/\s+/).filter(Boolean);

  function apply() {
    const asked = words();
    const wanted = sections.map(() => false);
    for (const tile of tiles) if (pressed(tile)) wanted[sections.findIndex((section) => section.dataset.section === tile.dataset.section)] = true;
    const any = !wanted.includes(true);
    const cause = causes.find(pressed)?.dataset.cause || "";
    const counts = sections.map(() => 0);
    const left = lots.map(() => 0);
    // Each control counts what it would show: by everything that is asked for but itself.
    const ofSection = sections.map(() => 0);
    const ofCause = { "": 0, this_change: 0, drift: 0 };
    let count = 0;
    if (asked.length > 0) gather();
    rows.forEach((row, index) => {
      const section = sectionOf[index];
      const found = asked.every((word) => texts[index].includes(word));
      const caused = cause === "" || causesOf[index].includes(cause);
      const open = any || wanted[section];
      const visible = found && caused && open;
      if (found && caused) ofSection[section] += 1;
      if (found && open) {
        ofCause[""] += 1;
        for (const own of causesOf[index]) if (own) ofCause[own] += 1;
      }
      if (row.hidden === visible) row.hidden = !visible;
      if (visible) {
        count += 1;
        counts[section] += 1;
        left[lotOf[index]] += 1;
      }
    });
    // A lot out of view is as high as it is said to be.
    lots.forEach((lot, index) => {
      lot.hidden = left[index] === 0;
      if (lot.classList.contains("far")) lot.style.containIntrinsicBlockSize = `auto ${left[index] * ROW_HEIGHT}px`;
    });
    sections.forEach((section, index) => {
      section.hidden = counts[index] === 0;
      const total = Number(section.dataset.total);
      section.querySelector("h2 small").textContent =
        counts[index] === total ? number.format(total) : `${number.format(counts[index])} of ${number.format(total)}`;
    });
    for (const tile of tiles) {
      const left = ofSection[sections.findIndex((section) => section.dataset.section === tile.dataset.section)];
      tile.querySelector("b").textContent = number.format(left);
      tile.classList.toggle("nobody", left === 0);
    }
    for (const button of causes) button.querySelector("small").textContent = number.format(ofCause[button.dataset.cause]);
    shown.textContent =
      count === rows.length ? `${number.format(count)} shown` : `${number.format(count)} of ${number.format(rows.length)} shown`;
    none.hidden = count !== 0;
    mark(asked, count);
  }

  // The words that were found, in the rows that can be looked through by eye.
  const MOST_MARKED = 300;
  function mark(asked, count) {
    if (!window.Highlight || !CSS.highlights) return;
    CSS.highlights.delete("found");
    if (asked.length === 0 || count > MOST_MARKED) return;
    const found = new Highlight();
    for (const row of rows) {
      if (row.hidden) continue;
      const walker = document.createTreeWalker(row, NodeFilter.SHOW_TEXT);
      for (let node = walker.nextNode(); node; node = walker.nextNode()) {
        const text = plain(node.data);
        if (text.length !== node.data.length) continue;
        for (const word of asked) {
          for (let at = text.indexOf(word); at >= 0; at = text.indexOf(word, at + word.length)) {
            const range = new Range();
            range.setStart(node, at);
            range.setEnd(node, at + word.length);
            found.add(range);
          }
        }
      }
    }
    CSS.highlights.set("found", found);
  }

  let waiting = 0;
  search?.addEventListener("input", () => {
    cancelAnimationFrame(waiting);
    waiting = requestAnimationFrame(apply);
  });
  for (const tile of tiles) {
    tile.addEventListener("click", () => {
      press(tile, !pressed(tile));
      apply();
    });
  }
  for (const button of causes) {
    button.addEventListener("click", () => {
      for (const other of causes) press(other, other === button);
      apply();
    });
  }

  function everything() {
    search.value = "";
    for (const tile of tiles) press(tile, false);
    for (const button of causes) press(button, button.dataset.cause === "");
    apply();
  }
  one("#everything")?.addEventListener("click", () => {
    everything();
    search.focus();
  });

  function step(forward) {
    const visible = rows.filter((row) => !row.hidden);
    if (visible.length === 0) return;
    const at = visible.indexOf(document.activeElement?.closest(".row"));
    const next = at < 0 ? (forward ? 0 : visible.length - 1) : Math.min(Math.max(at + (forward ? 1 : -1), 0), visible.length - 1);
    visible[next].focus({ preventScroll: true });
    visible[next].scrollIntoView({ block: "nearest" });
  }

  // Whoever speaks to their computer, or leans on the keyboard, can switch the letters off.
  const keys = one("#keys");
  document.addEventListener("keydown", (event) => {
    if (!search || event.ctrlKey || event.metaKey || event.altKey) return;
    const typing = event.target === search;
    if (event.key === "Escape") {
      everything();
      if (typing) search.blur();
    } else if (typing) {
      if (event.key === "ArrowDown") {
        event.preventDefault();
        step(true);
      }
    } else if (event.key === "Enter") {
      const details = event.target.classList?.contains("row") && event.target.querySelector("details");
      if (details) details.open = !details.open;
    } else if (keys.checked) {
      if (event.key === "/") {
        event.preventDefault();
        search.focus();
        search.select();
      } else if (event.key === "j" || event.key === "k") {
        event.preventDefault();
        step(event.key === "j");
      }
    }
  });

  // Steps are ticked for oneself; nothing is kept.
  for (const steps of all(".steps")) {
    const boxes = all("input", steps);
    const done = steps.querySelector("summary small");
    steps.addEventListener("change", () => {
      done.textContent = `${boxes.filter((box) => box.checked).length} of ${boxes.length} done`;
    });
  }

  const theme = one("#theme");
  const dark = () => {
    const chosen = document.documentElement.dataset.theme;
    return chosen ? chosen === "dark" : matchMedia("(prefers-color-scheme: dark)").matches;
  };
  const name = () => (theme.textContent = dark() ? "Light colours" : "Dark colours");
  if (theme) {
    name();
    matchMedia("(prefers-color-scheme: dark)").addEventListener("change", name);
    theme.addEventListener("click", () => {
      document.documentElement.dataset.theme = dark() ? "light" : "dark";
      name();
    });
  }

  const copy = one("#copy");
  copy?.addEventListener("click", async () => {
    const digest = one("#digest");
    try {
      await navigator.clipboard.writeText(digest.textContent);
      copy.textContent = "Copied";
      setTimeout(() => (copy.textContent = "Copy"), 1500);
    } catch {
      getSelection().selectAllChildren(digest);
    }
  });

  // Paper has nothing to click on, and shows everything.
  let opened = [];
  let before = null;
  addEventListener("beforeprint", () => {
    opened = all("details:not([open])");
    for (const details of opened) details.open = true;
    if (!search) return;
    before = [search.value, tiles.map(pressed), causes.map(pressed)];
    everything();
  });
  addEventListener("afterprint", () => {
    for (const details of opened) details.open = false;
    if (!before) return;
    search.value = before[0];
    tiles.forEach((tile, index) => press(tile, before[1][index]));
    causes.forEach((button, index) => press(button, before[2][index]));
    apply();
  });
})();
