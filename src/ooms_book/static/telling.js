/* Numbers as text, as the book writes them, and a change taken apart. */
"use strict";
window.bookTelling = (() => {
  /* ---- numbers as text, as the book writes them ---- */

  const grouped = (text) => text.replace(/\B(?=(\d{3})+(?!\d))/g, ",");
  const raised = (power) =>
    String(power).replace(/[-\d]/g, (digit) => (digit === "-" ? "⁻" : "⁰¹²³⁴⁵⁶⁷⁸⁹"[digit]));

  function decimal(x, decimals) {
    const text = Math.abs(x).toFixed(decimals);
    const [whole, part] = text.split(".");
    const shown = grouped(whole) + (part ? `.${part}` : "");
    return x < 0 && Number(text) !== 0 ? `−${shown}` : shown;
  }

  function figures(x, digits = 2) {
    if (x === 0) return "0";
    const places = digits - 1 - Math.floor(Math.log10(Math.abs(x)));
    const rounded = Number(Math.abs(x).toPrecision(digits));
    const fewer = rounded >= 10 ** (digits - places) ? 1 : 0;
    return (x < 0 ? "−" : "") + decimal(rounded, Math.max(places - fewer, 0));
  }

  function scientific(x, digits = 2) {
    const [mantissa, power] = x.toExponential(digits - 1).split("e");
    const ten = `10${raised(Number(power))}`;
    return digits === 1 && mantissa === "1" ? ten : `${mantissa}\u00a0×\u00a0${ten}`.replace("-", "−");
  }

  function dollars(x) {
    for (const [size, word] of [[1e12, "trillion"], [1e9, "billion"], [1e6, "million"]]) {
      if (x < size * 0.9995) continue;
      const value = figures(x / size, 3);
      return `$${value.includes(".") ? value.replace(/\.?0+$/, "") : value} ${word}`;
    }
    return `$${x < 100 ? x.toFixed(Number.isInteger(x) ? 0 : 2) : figures(x, 3)}`;
  }

  /* A value in a measure, without its unit: as the book's tables have it (`ooms.text.quantity`). */
  function amount(x, measure) {
    const size = Math.abs(x);
    if (measure === "FLOP") return scientific(x, x.toExponential(2).includes("0e") ? 2 : 3);
    if (measure === "USD") return dollars(x);
    if (measure === "year" && size > 1000) return x.toFixed(0);
    if (measure === "parameter") return scientific(x, 1);
    if (size >= 1e9 || (x && size < 1e-4)) return scientific(x);
    return size >= 999.95 ? decimal(x, 0) : String(Number(x.toPrecision(4))).replace("-", "−");
  }

  const range = ([low, best, high], measure) => {
    const [from, at, to] = [low, best, high].map((value) => amount(value, measure));
    return low === high ? at : `${at} (${from} to ${to})`;
  };

  function duration(minutes) {
    for (const [unit, size] of [["days", 1440], ["hours", 60], ["minutes", 1]]) {
      if (minutes >= 1.5 * size) return `${figures(minutes / size)} ${unit}`;
    }
    return `${figures(minutes * 60)} seconds`;
  }

  function written(result, value) {
    if (value === Infinity || value === null) return "never";
    if (result.kind === "duration") return duration(value);
    if (result.kind === "year") return String(Math.floor(value));
    if (result.kind === "times") return `${figures(value)} times`;
    if (result.kind === "percent") {
      if (value > 0 && value < 1) return "under 1%";
      return value > 99 && value < 100 ? "over 99%" : `${Math.round(value)}%`;
    }
    return `${decimal(value, result.decimals)} ${result.unit}`.trim();
  }

  function told(result, values) {
    if (result.kind === "percent") return written(result, values[1]);
    let texts = values.map((value) => written(result, value));
    const units = new Set(texts.map((text) => text.replace(/^\S+ ?/, "")));
    const [unit] = units;
    if (units.size === 1 && unit) {
      texts = texts.map((text) => text.slice(0, -unit.length - 1));
      return `${texts[1]} (${texts[0]} to ${texts[2]}) ${unit}`;
    }
    return `${texts[1]} (${texts[0]} to ${texts[2]})`;
  }

  /* From one value to another: in the unit, or in powers of ten on the logarithmic scale. */
  function change(result, before, after) {
    if (before === after) return 0;
    if (!Number.isFinite(before) || !Number.isFinite(after)) return NaN;
    return result.scale === "log" ? Math.log10(after / before) : after - before;
  }

  function changed(result, by) {
    if (Number.isNaN(by)) return "from or to never, or carried by too few draws";
    if (result.scale === "log") {
      const factor = figures(10 ** Math.abs(by), 3).replace(/\.0$/, "");
      return by < 0 && factor !== "1.00" ? `1/${factor}` : `${factor}\u00a0×`;
    }
    const places = Math.max(result.decimals, 1) + 1;
    const sign = Number(by.toFixed(places)) > 0 ? "+" : "";
    return `${sign}${decimal(by, places)} ${result.kind === "percent" ? "points" : result.unit}`;
  }

  /* A number as TOML has them: a decimal point keeps it from being a whole one. */
  const number = (x) => (/[.e]/.test(String(x)) ? String(x) : `${x}.0`);

  const fill = (template, words) =>
    template.replace(/\{(\w+)\}/g, (whole, name) => words[name] ?? whole);

  /* Shapley values: each part's mean change over all orders, all subsets where they are few. */
  function shapley(worth, players) {
    const known = new Map();
    const value = (set) => {
      if (!known.has(set)) known.set(set, worth(set));
      return known.get(set);
    };
    const own = new Array(players).fill(0);
    const along = (order, share) => {
      let inside = 0;
      for (const player of order) {
        own[player] += share * (value(inside | (1 << player)) - value(inside));
        inside |= 1 << player;
      }
    };
    if (players <= 4) {
      const walk = (order, rest) => {
        if (!rest.length) return orders.push(order);
        for (const next of rest) walk([...order, next], rest.filter((other) => other !== next));
        return 0;
      };
      const orders = [];
      walk([], [...own.keys()]);
      for (const order of orders) along(order, 1 / orders.length);
      return own;
    }
    // Orders and their reverses, turned about: each part comes first, and last, alike.
    for (let turn = 0; turn < players; turn += 1) {
      const order = [...own.keys()].map((place) => (place * (turn % 2 ? 1 : players - 1) + turn) % players);
      const full = new Set(order).size === players ? order : [...own.keys()];
      along(full, 0.5 / players);
      along(full.reverse(), 0.5 / players);
    }
    return own;
  }

  function make(tag, properties = {}, ...inside) {
    const element = document.createElement(tag);
    for (const [name, value] of Object.entries(properties)) {
      if (name in element && name !== "list") element[name] = value;
      else element.setAttribute(name, value);
    }
    element.append(...inside);
    return element;
  }

  return { amount, change, changed, decimal, fill, grouped, make, number, range, shapley, told, written };
})();
