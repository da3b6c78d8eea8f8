/* Draws that were made when the book was built, repeated from their seed, and the densities that they
   have: only results travel. What inputs and results mean is not known here. */
"use strict";
window.bookDrawing = (bundle) => {
  const { cells: CELLS } = bundle.rules;
  const { fixed, logs, mass, middles, root, scores, solve } = bookCells(CELLS);
  /* Ranges and answers that are kept; each is made again if need be. */
  const REMEMBERED = 2000;

  /* What is made once by a key; all is forgotten where it is too much. */
  function once(known, key, made) {
    let found = known.get(key);
    if (found === undefined) {
      if (known.size >= REMEMBERED) known.clear();
      known.set(key, (found = made()));
    }
    return found;
  }

  /* Cells of a range: logarithms of their probabilities, their middles, and what is known to be
     nought: the middles, and their squares, less their means. */
  const ranges = new Map();
  const ranged = (input, values) =>
    once(ranges, `${input.id} ${values}`, () => {
      const share = mass(input, values);
      const z = fixed(values) ? null : middles(input, values);
      const noughts = (z ? [1, 2] : []).map((power) => {
        const raised = z.map((value) => value ** power);
        const mean = raised.reduce((sum, value, cell) => sum + value * share[cell], 0);
        return raised.map((value) => value - mean);
      });
      return { logs: logs(share), middles: z, noughts };
    });

  /* Numbers that are needed while one answer is made, and by the next one again. */
  const lent = new Map();
  const largest = Math.max(...bundle.designs.map(({ draws }) => draws));
  const lend = (name, size = 0, Kind = Float64Array) => {
    if (!(lent.get(name)?.length >= size)) lent.set(name, new Kind(Math.max(size, largest)));
    return lent.get(name);
  };

  const letters = atob(bundle.columns);
  const raw = new Uint8Array(letters.length);
  for (let i = 0; i < raw.length; i += 1) raw[i] = letters.charCodeAt(i);
  const bytes = raw.buffer;
  let taken = 0;
  const column = (count) => {
    const found = new Uint16Array(bytes, taken, count);
    taken += 2 * count;
    return found;
  };
  const bytesOf = (count) => raw.subarray(taken, (taken += count));

  /* ---- one design: its draws again, from the seed ---- */

  function uniform(seed, draw, dimension) {
    let mixed =
      (Math.imul(draw, 0x9e3779b1) + Math.imul(dimension, 0x85ebca77) + Math.imul(seed, 0xc2b2ae3d)) | 0;
    for (let pass = 0; pass < 2; pass += 1) {
      mixed ^= mixed >>> 16;
      mixed = Math.imul(mixed, 0x85ebca6b);
      mixed ^= mixed >>> 13;
      mixed = Math.imul(mixed, 0xc2b2ae35);
      mixed ^= mixed >>> 16;
    }
    return ((mixed >>> 0) + 0.5) / 4294967296;
  }

  /* How many of some rising numbers lie at or below one. */
  function count(list, value) {
    let from = 0;
    let to = list.length;
    while (from < to) {
      const middle = (from + to) >> 1;
      if (list[middle] <= value) from = middle + 1;
      else to = middle;
    }
    return from;
  }

  /* What is done for each draw stands by itself: engines make little of it inside of anything else. */

  function uniforms(into, seed, here, start, size) {
    for (let i = 0; i < size; i += 1) into[i] = uniform(seed, start + i, 2 * here);
  }

  /* Box and Muller: logarithm and cosine are the same everywhere. */
  function normals(into, seed, here, start, size) {
    for (let i = 0; i < size; i += 1) {
      into[i] =
        Math.sqrt(-2 * Math.log(uniform(seed, start + i, 2 * here))) *
        Math.cos(2 * Math.PI * uniform(seed, start + i, 2 * here + 1));
    }
  }

  function scaled(into, factor, size) {
    for (let i = 0; i < size; i += 1) into[i] *= factor;
  }

  function plus(into, from, factor, size) {
    for (let i = 0; i < size; i += 1) into[i] += factor * from[i];
  }

  function place(cells, ends, values, start, size) {
    for (let i = 0; i < size; i += 1) cells[start + i] = Math.min(count(ends, values[i]), CELLS + 1);
  }

  function looked(sum, table, cells) {
    for (let i = 0; i < sum.length; i += 1) sum[i] += table[cells[i]];
  }

  function both(sum, factor, one, cells, other, others) {
    for (let i = 0; i < sum.length; i += 1) sum[i] += factor * one[cells[i]] * other[others[i]];
  }

  /* Bring draws in the order of their codes: counted, since these are whole numbers. */
  function sorted(codes) {
    const starts = lend("starts", 65537, Uint32Array).fill(0);
    for (let i = 0; i < codes.length; i += 1) starts[codes[i] + 1] += 1;
    for (let code = 1; code <= 65536; code += 1) starts[code] += starts[code - 1];
    const order = new Uint16Array(codes.length);
    for (let i = 0; i < codes.length; i += 1) {
      order[starts[codes[i]]] = i;
      starts[codes[i]] += 1;
    }
    return order;
  }

  const running = (list) => {
    let sum = 0;
    return list.map((value) => (sum += value));
  };

  class Drawn {
    constructor(told) {
      Object.assign(this, told);
      this.codes = column(this.draws);
      this.of = this.results.map((each) => ({ ...each, codes: column(this.draws) }));
      this.list = this.inputs.map((place) => bundle.inputs[place]);
      // Members of each group that are drawn here, by their place here and in the group.
      this.groups = bundle.groups
        .map(({ inputs, correlations }) => ({
          correlations,
          members: inputs
            .map((place, inGroup) => ({ here: this.inputs.indexOf(place), inGroup }))
            .filter(({ here, inGroup }) => here >= 0 && inputs[inGroup] >= 0),
        }))
        .filter(({ members }) => members.length > 1);
      this.known = new Map();
      this.ready = false;
    }

    bound(group, members) {
      return members.map((a) => members.map((b) => group.correlations[a.inGroup][b.inGroup]));
    }

    /* Draw again, until some time of the clock, or to the end; whether all is drawn. */
    prepare(until = Infinity) {
      this.steps ??= this.drawing();
      while (!this.ready && performance.now() < until) this.ready = this.steps.next().done;
      return this.ready;
    }

    /* The draws of inputs, a law at a time, and then what does not hang on what is held. */
    *drawing() {
      const n = this.draws;
      this.cells = this.list.map(() => new Uint8Array(n));
      // Where cells end, by input and law, and the normal variables of one law.
      const ends = this.list.map(() => new Map());
      const z = this.list.map(() => new Float64Array(Math.max(...this.laws.map(([size]) => size))));
      let start = 0;
      for (const [size, said] of this.laws) {
        this.drawn(new Map(said), start, size, ends, z);
        start += size;
        yield;
      }
      // The book's own density over the mixture's.
      this.book = this.list.map((input) => input.values);
      this.own = this.list.map((input) => ranged(input, input.values).logs);
      const [least, step] = this.density;
      this.ratio = new Float64Array(n);
      for (let draw = 0; draw < n; draw += 1) this.ratio[draw] = -(least + step * this.codes[draw]);
      this.own.forEach((table, here) => this.add(this.ratio, table, here));
      yield;
      this.bonds = this.groups.map((group) => {
        const found = new Float64Array(n);
        this.tie(found, group, this.book, 1);
        for (let draw = 0; draw < n; draw += 1) this.ratio[draw] += found[draw];
        return found;
      });
      for (const each of this.of) {
        each.order = sorted(each.codes);
        yield;
      }
    }

    /* Draws of one law: the cell of each input. The law says which inputs are otherwise than in the book:
       spread out, -1, or of an estimate. */
    drawn(said, start, size, ends, z) {
      const law = this.list.map(({ values }, here) => {
        const number = said.get(here);
        if (number === undefined) return values;
        return number < 0 ? null : this.estimates[number];
      });
      law.forEach((values, here) => {
        if (!values || fixed(values)) return;
        normals(z[here], this.seed, here, start, size);
      });
      for (const group of this.groups) {
        const tied = group.members.filter(({ here }) => law[here] && !fixed(law[here]));
        const low = root(this.bound(group, tied));
        // From the last on, for each is made of those before it.
        for (let i = tied.length - 1; i >= 0; i -= 1) {
          const into = z[tied[i].here];
          scaled(into, low[i][i], size);
          for (let j = 0; j < i; j += 1) plus(into, z[tied[j].here], low[i][j], size);
        }
      }
      law.forEach((values, here) => {
        const [input, cells] = [this.list[here], this.cells[here]];
        if (values && fixed(values)) {
          cells.fill(CELLS + 2 + input.held.indexOf(values[1]), start, start + size);
          return;
        }
        const found = once(ends[here], said.get(here), () =>
          values ? scores(input, values) : running(mass(input, null).slice(0, CELLS + 2)),
        );
        if (!values) uniforms(z[here], this.seed, here, start, size);
        place(cells, found, z[here], start, size);
      });
    }

    /* Add to each draw what stands for its cell of an input. */
    add(sum, table, here) {
      looked(sum, table, this.cells[here]);
    }

    /* Add the logarithm of the copula's density; `apart` are held, and bound to nothing. */
    tie(sum, group, law, sign, apart = new Set()) {
      const tied = group.members.filter(({ here }) => !fixed(law[here]) && !apart.has(here));
      if (tied.length < 2) return;
      const bound = this.bound(group, tied);
      const unit = tied.map((_, i) => tied.map((__, j) => Number(i === j)));
      const { answers, logDeterminant } = solve(bound, unit);
      const tables = tied.map(({ here }) => ranged(this.list[here], law[here]).middles);
      const cells = tied.map(({ here }) => this.cells[here]);
      for (let i = 0; i < tied.length; i += 1) {
        for (let j = 0; j <= i; j += 1) {
          const factor = (answers[i][j] - Number(i === j)) * (i === j ? -0.5 : -1) * sign;
          if (Math.abs(factor) < 1e-14) continue;
          both(sum, factor, tables[i], cells[i], tables[j], cells[j]);
        }
      }
      const constant = (-logDeterminant / 2) * sign;
      for (let draw = 0; draw < sum.length; draw += 1) sum[draw] += constant;
    }
  }

  return { Drawn, bytesOf, count, lend, once, plus, ranged, running };
};
