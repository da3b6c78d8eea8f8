/* Draws that were made when the book was built, weighed for a position that a reader holds. A draw
   weighs as its density under the position over its density under the mixture that it came from; a
   result is a weighted quantile. The draws of inputs are repeated here from their seed: only the
   results travel. What inputs and results mean is not known here. */
"use strict";
window.bookWeighing = (bundle) => {
  const { TO, BACK } = bookScales;
  const { cells: CELLS, fewest, bearing, errors: ERRORS } = bundle.rules;
  const { fixed, logs, mass, middles, root, scores, solve } = bookCells(CELLS);
  const LEVELS = [0.05, 0.5, 0.95];

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

  const running = (list) => {
    let sum = 0;
    return list.map((value) => (sum += value));
  };

  class Design {
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

    prepare() {
      if (this.ready) return;
      this.ready = true;
      const n = this.draws;
      this.cells = this.list.map(() => new Uint8Array(n));
      const bySpread = this.list.map((input) => running(mass(input, null).slice(0, CELLS + 2)));
      const byRange = new Map();
      const ranged = (here, values) => {
        const key = `${here} ${values}`;
        if (!byRange.has(key)) byRange.set(key, scores(this.list[here], values));
        return byRange.get(key);
      };
      let start = 0;
      for (const [size, said] of this.laws) {
        const law = this.list.map((input) => input.values);
        for (const [here, number] of said) law[here] = number < 0 ? null : this.estimates[number];
        // Box and Muller: logarithm and cosine are the same everywhere.
        const z = law.map((values, here) => {
          const found = new Float64Array(size);
          if (!values || fixed(values)) return found;
          for (let i = 0; i < size; i += 1) {
            found[i] =
              Math.sqrt(-2 * Math.log(uniform(this.seed, start + i, 2 * here))) *
              Math.cos(2 * Math.PI * uniform(this.seed, start + i, 2 * here + 1));
          }
          return found;
        });
        for (const group of this.groups) {
          const tied = group.members.filter(({ here }) => law[here] && !fixed(law[here]));
          const low = root(this.bound(group, tied));
          // From the last on, for each is made of those before it.
          for (let i = tied.length - 1; i >= 0; i -= 1) {
            const into = z[tied[i].here];
            for (let k = 0; k < size; k += 1) into[k] *= low[i][i];
            for (let j = 0; j < i; j += 1) {
              const [from, factor] = [z[tied[j].here], low[i][j]];
              for (let k = 0; k < size; k += 1) into[k] += factor * from[k];
            }
          }
        }
        law.forEach((values, here) => {
          const cells = this.cells[here];
          if (values && fixed(values)) {
            cells.fill(CELLS + 2 + this.list[here].held.indexOf(values[1]), start, start + size);
            return;
          }
          const ends = values ? ranged(here, values) : bySpread[here];
          for (let i = 0; i < size; i += 1) {
            const at = values ? z[here][i] : uniform(this.seed, start + i, 2 * here);
            cells[start + i] = Math.min(count(ends, at), CELLS + 1);
          }
        });
        start += size;
      }
      // The book's own density over the mixture's.
      this.own = this.list.map((input) => logs(mass(input, input.values)));
      const [least, step] = this.density;
      this.ratio = Float64Array.from(this.codes, (code) => -(least + step * code));
      this.own.forEach((table, here) => {
        const cells = this.cells[here];
        for (let draw = 0; draw < n; draw += 1) this.ratio[draw] += table[cells[draw]];
      });
      this.bonds = this.groups.map((group) => {
        const found = new Float64Array(n);
        this.tie(found, group, this.list.map((input) => input.values), 1);
        for (let draw = 0; draw < n; draw += 1) this.ratio[draw] += found[draw];
        return found;
      });
      for (const each of this.of) {
        // Draws in the order of the result: counted, since codes are whole numbers.
        const starts = new Uint32Array(65537);
        for (const code of each.codes) starts[code + 1] += 1;
        for (let code = 1; code <= 65536; code += 1) starts[code] += starts[code - 1];
        each.order = new Uint16Array(n);
        for (let draw = 0; draw < n; draw += 1) {
          each.order[starts[each.codes[draw]]] = draw;
          starts[each.codes[draw]] += 1;
        }
      }
    }

    /* Add the logarithm of the copula's density; `apart` are held, and bound to nothing. */
    tie(sum, group, law, sign, apart = new Set()) {
      const tied = group.members.filter(({ here }) => !fixed(law[here]) && !apart.has(here));
      if (tied.length < 2) return;
      const bound = this.bound(group, tied);
      const unit = tied.map((_, i) => tied.map((__, j) => Number(i === j)));
      const { answers, logDeterminant } = solve(bound, unit);
      const tables = tied.map(({ here }) => middles(this.list[here], law[here]));
      const cells = tied.map(({ here }) => this.cells[here]);
      for (let i = 0; i < tied.length; i += 1) {
        for (let j = 0; j <= i; j += 1) {
          const factor = (answers[i][j] - Number(i === j)) * (i === j ? -0.5 : -1) * sign;
          if (Math.abs(factor) < 1e-14) continue;
          const [a, b, ca, cb] = [tables[i], tables[j], cells[i], cells[j]];
          for (let draw = 0; draw < sum.length; draw += 1) {
            sum[draw] += factor * a[ca[draw]] * b[cb[draw]];
          }
        }
      }
      const constant = (-logDeterminant / 2) * sign;
      for (let draw = 0; draw < sum.length; draw += 1) sum[draw] += constant;
    }

    /* Weights where some inputs, by their place here, are otherwise; `apart` of them are held. */
    weigh(changed, apart = new Set()) {
      this.prepare();
      const key = JSON.stringify([[...changed].sort((a, b) => a[0] - b[0]), [...apart]]);
      if (this.known.has(key)) return this.known.get(key);
      const n = this.draws;
      const sum = this.ratio.slice();
      const law = this.list.map((input, here) => changed.get(here) ?? input.values);
      const masses = new Map();
      for (const [here, values] of changed) {
        masses.set(here, mass(this.list[here], values));
        const table = logs(masses.get(here)).map((value, cell) => value - this.own[here][cell]);
        const cells = this.cells[here];
        for (let draw = 0; draw < n; draw += 1) sum[draw] += table[cells[draw]];
      }
      this.groups.forEach((group, place) => {
        if (!group.members.some(({ here }) => changed.has(here))) return;
        const before = this.bonds[place];
        for (let draw = 0; draw < n; draw += 1) sum[draw] -= before[draw];
        this.tie(sum, group, law, 1, apart);
      });
      let total = 0;
      let squares = 0;
      for (let draw = 0; draw < n; draw += 1) {
        const weight = Math.exp(sum[draw]);
        sum[draw] = weight;
        total += weight;
        squares += weight * weight;
      }
      const active = [];
      for (let draw = 0; draw < n; draw += 1) {
        sum[draw] /= total;
        if (sum[draw] > 1e-5 / n) active.push(draw);
      }
      const found = {
        weights: sum,
        active: Uint16Array.from(active),
        effective: total > 0 ? (total * total) / squares : 0,
        covered: total / n,
        law,
        masses,
        changed,
        apart,
      };
      if (this.known.size > 60) this.known.clear();
      this.known.set(key, found);
      return found;
    }

    /* Tilt weights so that the normal variables behind the inputs have the means they must have. */
    calibrate(weighed) {
      if (weighed.calibrated) return;
      const tables = [];
      const first = [...weighed.changed.keys()];
      for (const here of [...first, ...this.leading.filter((each) => !first.includes(each))]) {
        const input = this.list[here];
        const values = weighed.law[here];
        if (fixed(values) || weighed.apart.has(here)) continue;
        const z = middles(input, values);
        const share = weighed.masses.get(here) ?? mass(input, values);
        const changed = weighed.changed.has(here);
        const both = changed || this.leading.indexOf(here) < 3;
        for (let power = 1; power <= (both ? 2 : 1); power += 1) {
          const raised = z.map((value) => value ** power);
          const mean = raised.reduce((sum, value, cell) => sum + value * share[cell], 0);
          tables.push([raised.map((value) => value - mean), this.cells[here]]);
        }
      }
      // More than the draws can bear would fit their noise.
      tables.splice(Math.max(Math.floor(weighed.effective / bearing), 1));
      const { active, weights } = weighed;
      const size = tables.length;
      const controls = new Float64Array(active.length * size);
      tables.forEach(([table, cells], j) => {
        for (let i = 0; i < active.length; i += 1) controls[i * size + j] = table[cells[active[i]]];
      });
      const moments = Array.from({ length: size }, () => new Float64Array(size));
      const means = new Float64Array(size);
      const row = new Float64Array(size);
      for (let i = 0; i < active.length; i += 1) {
        const weight = weights[active[i]];
        for (let j = 0; j < size; j += 1) {
          const value = controls[i * size + j];
          row[j] = value;
          const weighted = weight * value;
          means[j] += weighted;
          const into = moments[j];
          for (let k = 0; k <= j; k += 1) into[k] += weighted * row[k];
        }
      }
      let trace = 0;
      for (let j = 0; j < size; j += 1) {
        trace += moments[j][j];
        for (let k = 0; k < j; k += 1) moments[k][j] = moments[j][k];
      }
      for (let j = 0; j < size; j += 1) moments[j][j] += (1e-9 * trace) / size;
      Object.assign(weighed, { controls, moments, size });
      const tilt = size ? solve(moments, [means]).answers[0] : [];
      const calibrated = new Float64Array(this.draws);
      for (let i = 0; i < active.length; i += 1) {
        let sum = 1;
        for (let j = 0; j < size; j += 1) sum -= tilt[j] * controls[i * size + j];
        calibrated[active[i]] = weights[active[i]] * sum;
      }
      weighed.calibrated = calibrated;
    }

    value(each, code) {
      if (code === 65535) return Infinity;
      const knot = Math.min(Math.floor(code / 255), each.knots.length - 2);
      const part = code / 255 - knot;
      return each.knots[knot] * (1 - part) + each.knots[knot + 1] * part;
    }

    /* Sums of weights in the order of a result, never falling. */
    below(each, weights) {
      const found = new Float64Array(this.draws);
      let sum = 0;
      let most = 0;
      for (let i = 0; i < this.draws; i += 1) {
        sum += weights[each.order[i]];
        most = Math.max(most, sum);
        found[i] = most;
      }
      for (let i = 0; i < this.draws; i += 1) found[i] /= sum;
      return found;
    }

    code(each, below, level) {
      let from = 0;
      let to = this.draws - 1;
      while (from < to) {
        const middle = (from + to) >> 1;
        if (below[middle] >= level) to = middle;
        else from = middle + 1;
      }
      return each.codes[each.order[from]];
    }

    answer(each, weighed, roughly = false) {
      if (!(weighed.effective >= 2)) return { ...weighed, values: [], outside: true };
      this.calibrate(weighed);
      const below = this.below(each, weighed.calibrated);
      const codes = LEVELS.map((level) => this.code(each, below, level));
      const chance = bundle.results[each.result].kind === "percent";
      const found = {
        values: chance
          ? new Array(3).fill(this.mean(each, weighed))
          : codes.map((code) => this.value(each, code)),
        effective: weighed.effective,
        covered: weighed.covered,
        outside:
          weighed.effective < fewest ||
          Math.abs(weighed.covered - 1) > ERRORS / Math.sqrt(weighed.effective),
      };
      if (!roughly) {
        found.errors = chance
          ? this.errorsOfChance(each, weighed, found.values[0])
          : this.errors(each, weighed, below, codes);
      }
      return found;
    }

    mean(each, { active, calibrated }) {
      let [sum, total] = [0, 0];
      for (const draw of active) {
        sum += calibrated[draw] * this.value(each, each.codes[draw]);
        total += calibrated[draw];
      }
      return Math.min(Math.max(sum / total, 0), 100);
    }

    /* Errors of means, from how far each draw is off them; what controls tell does not count. */
    off(weighed, misses) {
      const { active, weights, controls, moments, size, effective, covered } = weighed;
      const sums = misses.map((miss) => {
        const found = new Float64Array(size);
        for (let i = 0; i < active.length; i += 1) {
          const weighted = weights[active[i]] * miss[i];
          for (let j = 0; j < size; j += 1) found[j] += weighted * controls[i * size + j];
        }
        return found;
      });
      const slopes = size ? solve(moments, sums).answers : misses.map(() => []);
      const spare = 1 - size / effective;
      // What the weights lack of their sum, beyond chance, may lie on either side.
      const lacking = Math.max(1 - covered - 1 / Math.sqrt(effective), 0);
      return misses.map((miss, level) => {
        let squares = 0;
        for (let i = 0; i < active.length; i += 1) {
          let off = miss[i];
          for (let j = 0; j < size; j += 1) off -= slopes[level][j] * controls[i * size + j];
          off *= weights[active[i]];
          squares += off * off;
        }
        return ERRORS * Math.sqrt(squares / Math.max(spare, 0.1)) + lacking;
      });
    }

    /* Least and most that each of the three may be: errors of a share, as values. */
    errors(each, weighed, below, codes) {
      const misses = codes.map((code, level) =>
        Float64Array.from(weighed.active, (draw) => Number(each.codes[draw] <= code) - LEVELS[level]),
      );
      return this.off(weighed, misses).map((off, level) => {
        const ends = [Math.max(LEVELS[level] - off, 0), Math.min(LEVELS[level] + off, 1)];
        return ends.map((end) => this.value(each, this.code(each, below, end)));
      });
    }

    /* A share that too few draws have is known no better than by one of them. */
    errorsOfChance(each, weighed, chance) {
      const miss = Float64Array.from(
        weighed.active,
        (draw) => (this.value(each, each.codes[draw]) - chance) / 100,
      );
      const off = Math.max(100 * this.off(weighed, [miss])[0], (100 * ERRORS) / weighed.effective);
      return new Array(3).fill([Math.max(chance - off, 0), Math.min(chance + off, 100)]);
    }

    /* Of a result's draws, the share at or below each of some values. */
    shares(each, weighed, values) {
      if (!(weighed.effective >= 2)) return values.map(() => NaN);
      this.calibrate(weighed);
      const below = this.below(each, weighed.calibrated);
      return values.map((value) => {
        let from = 0;
        let to = this.draws;
        while (from < to) {
          const middle = (from + to) >> 1;
          if (this.value(each, each.codes[each.order[middle]]) <= value) from = middle + 1;
          else to = middle;
        }
        return from ? below[from - 1] : 0;
      });
    }

    /* Quantiles of the path at one of its dates, read between the edges of bins, and their errors. */
    along({ edges, bins }, weighed, levels, roughly) {
      this.calibrate(weighed);
      const last = edges.length - 1;
      const below = new Float64Array(last + 1);
      for (const draw of weighed.active) below[bins[draw] + 1] += weighed.calibrated[draw];
      for (let bin = 0; bin < last; bin += 1) below[bin + 1] += below[bin];
      const total = below[last];
      for (let bin = 1; bin <= last; bin += 1) below[bin] = Math.max(below[bin] / total, below[bin - 1]);
      const holding = (level) => Math.max(Math.min(count(below, level), last), 1) - 1;
      const at = (level) => {
        const here = holding(level);
        const part = (level - below[here]) / (below[here + 1] - below[here] || 1);
        return edges[here] + Math.min(Math.max(part, 0), 1) * (edges[here + 1] - edges[here]);
      };
      const values = levels.map(at);
      if (roughly) return { values };
      const misses = levels.map((level) => {
        const here = holding(level);
        return Float64Array.from(weighed.active, (draw) => Number(bins[draw] <= here) - below[here + 1]);
      });
      const errors = this.off(weighed, misses).map((off, place) =>
        [Math.max(levels[place] - off, 0), Math.min(levels[place] + off, 1)].map(at),
      );
      return { values, errors };
    }
  }

  const designs = bundle.designs.map((told) => new Design(told));
  // Paths stand behind all other columns, a byte a draw.
  for (const design of designs) {
    design.path = (design.path ?? []).map((edges) => ({ edges, bins: bytesOf(design.draws) }));
  }
  const where = new Map();
  for (const design of designs) {
    for (const each of design.of) where.set(each.result, { design, each });
  }

  /* What is changed of a result's inputs, by its design's own places. */
  function within(design, places, changes) {
    const found = new Map();
    for (const here of places) {
      const values = changes.get(design.inputs[here]);
      if (values) found.set(here, values);
    }
    return found;
  }

  /* Any law would do for inputs that other results of the design read: theirs, or the book's. */
  function weighed(result, changes) {
    const { design, each } = where.get(result);
    const read = within(design, each.reads, changes);
    if (!read.size) return null;
    const all = within(design, design.inputs.keys(), changes);
    const found = design.weigh(read);
    if (all.size === read.size) return found;
    const other = design.weigh(all);
    return other.effective > found.effective ? other : found;
  }

  return {
    designs,
    reads: (result) => {
      const { design, each } = where.get(result);
      return each.reads.map((here) => design.inputs[here]);
    },
    /* A result under changes, which are low, best and high by input; nothing if it reads none. */
    answer(result, changes, roughly = false) {
      const found = weighed(result, changes);
      if (!found) return null;
      const { design, each } = where.get(result);
      return design.answer(each, found, roughly);
    },
    /* The share of a result at or below each of some values; the book's own if it reads no change. */
    shares(result, changes, values) {
      const { design, each } = where.get(result);
      return design.shares(each, weighed(result, changes) ?? design.weigh(new Map()), values);
    },
    /* Quantiles of the path of a result's design at each of its dates, and their errors. */
    path(result, changes, levels, roughly = false) {
      const { design } = where.get(result);
      const found = weighed(result, changes) ?? design.weigh(new Map());
      return design.path.map((date) => design.along(date, found, levels, roughly));
    },
    /* An answer with one input held near a value and everything else as it is. */
    holding(result, changes, input, value) {
      const { design, each } = where.get(result);
      const here = design.inputs.indexOf(input);
      const changed = within(design, each.reads, changes);
      const { scale, edges } = design.list[here];
      // A narrow range about it: a thirtieth of the book's own on either side, or of the bounds.
      const own = design.list[here].values;
      const wide = fixed(own) ? edges[CELLS] - edges[0] : TO[scale](own[2]) - TO[scale](own[0]);
      const at = TO[scale](value);
      const from = BACK[scale];
      changed.set(here, [from(at - wide / 15), from(at), from(at + wide / 15)]);
      return design.answer(each, design.weigh(changed, new Set([here])), true);
    },
  };
};
