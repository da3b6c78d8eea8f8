/* Draws that were made when the book was built (drawing.js), weighed for a position that a reader
   holds. A draw weighs as its density under the position over its density under the mixture that it
   came from; a result is a weighted quantile. */
"use strict";
window.bookWeighing = (bundle) => {
  const { TO, BACK } = bookScales;
  const { cells: CELLS, fewest, bearing, errors: ERRORS } = bundle.rules;
  const { fixed, solve } = bookCells(CELLS);
  const { Drawn, bytesOf, count, lend, once, plus, ranged, running } = bookDrawing(bundle);
  const LEVELS = [0.05, 0.5, 0.95];
  /* Weighings that a design keeps. */
  const KEPT = 4;

  /* What is done for each draw stands by itself: engines make little of it inside of anything else. */

  function times(into, one, other, size) {
    for (let i = 0; i < size; i += 1) into[i] = one[i] * other[i];
  }

  function gathered(into, table, cells, active) {
    for (let i = 0; i < active.length; i += 1) into[i] = table[cells[active[i]]];
  }

  function dot(one, other, size) {
    let sum = 0;
    for (let i = 0; i < size; i += 1) sum += one[i] * other[i];
    return sum;
  }

  /* Four sums of products at once: each waits for itself alone. */
  function dots(into, one, [a, b, c, d], size) {
    let [sa, sb, sc, sd] = [0, 0, 0, 0];
    for (let i = 0; i < size; i += 1) {
      const value = one[i];
      sa += value * a[i];
      sb += value * b[i];
      sc += value * c[i];
      sd += value * d[i];
    }
    [into[0], into[1], into[2], into[3]] = [sa, sb, sc, sd];
  }

  function exponentials(weights) {
    let total = 0;
    let squares = 0;
    for (let i = 0; i < weights.length; i += 1) {
      const weight = Math.exp(weights[i]);
      weights[i] = weight;
      total += weight;
      squares += weight * weight;
    }
    return [total, squares];
  }

  /* Divide weights by their sum, and list those that are not negligible; how many there are. */
  function shared(weights, total, indices) {
    const least = 1e-5 / weights.length;
    let carrying = 0;
    for (let i = 0; i < weights.length; i += 1) {
      weights[i] /= total;
      if (weights[i] > least) {
        indices[carrying] = i;
        carrying += 1;
      }
    }
    return carrying;
  }

  /* Sums of weights in an order, never falling, as shares of all. */
  function risen(into, weights, order) {
    let sum = 0;
    let most = 0;
    for (let i = 0; i < order.length; i += 1) {
      sum += weights[order[i]];
      most = Math.max(most, sum);
      into[i] = most;
    }
    for (let i = 0; i < order.length; i += 1) into[i] /= sum;
  }

  /* Add numbers up by part and cell. */
  function counted(into, numbers, parts, wide, cells, active) {
    for (let i = 0; i < active.length; i += 1) into[parts[i] * wide + cells[active[i]]] += numbers[i];
  }

  class Design extends Drawn {
    /* Weights where some inputs, by their place here, are otherwise; `apart` of them are held. */
    weigh(changed, apart = new Set()) {
      this.prepare();
      const sorted = [...changed].sort((a, b) => a[0] - b[0]);
      const key = `${sorted.map(([here, values]) => `${here}:${values}`).join(" ")}|${[...apart]}`;
      let weighed = this.known.get(key);
      // The one that was asked for longest ago makes room, with its arrays.
      const [oldest] = this.known.keys();
      if (weighed) this.known.delete(key);
      else if (this.known.size < KEPT) weighed = {};
      else {
        weighed = this.known.get(oldest);
        this.known.delete(oldest);
      }
      this.known.set(key, weighed);
      if (weighed.key === key) return weighed;
      const n = this.draws;
      const weights = weighed.weights ?? new Float64Array(n);
      weights.set(this.ratio);
      const law = this.book.slice();
      for (const [here, values] of changed) {
        law[here] = values;
        const { logs: now } = ranged(this.list[here], values);
        this.add(weights, now.map((value, cell) => value - this.own[here][cell]), here);
      }
      this.groups.forEach((group, place) => {
        if (!group.members.some(({ here }) => changed.has(here))) return;
        const before = this.bonds[place];
        for (let draw = 0; draw < n; draw += 1) weights[draw] -= before[draw];
        this.tie(weights, group, law, 1, apart);
      });
      const [total, squares] = exponentials(weights);
      const indices = weighed.indices ?? new Uint16Array(n);
      const carrying = shared(weights, total, indices);
      return Object.assign(weighed, {
        key,
        weights,
        indices,
        active: indices.subarray(0, carrying),
        effective: total > 0 ? (total * total) / squares : 0,
        covered: total / n,
        law,
        changed,
        apart,
        calibrated: null,
        squared: null,
      });
    }

    /* Means that weights are tilted to meet: by input, tables of what is known to be nought. */
    controls({ changed, apart, law, effective }) {
      const first = [...changed.keys()];
      // More than the draws can bear would fit their noise.
      let room = Math.max(Math.floor(effective / bearing), 1);
      const found = [];
      for (const here of [...first, ...this.leading.filter((each) => !first.includes(each))]) {
        if (fixed(law[here]) || apart.has(here)) continue;
        const both = changed.has(here) || this.leading.indexOf(here) < 3;
        const tables = ranged(this.list[here], law[here]).noughts.slice(0, Math.min(both ? 2 : 1, room));
        room -= tables.length;
        if (tables.length) found.push({ here, tables });
      }
      return found;
    }

    /* Products of controls two by two, weighed and added up. */
    products(columns, weights, size) {
      const found = Array.from({ length: columns.length }, () => new Float64Array(columns.length));
      const weighted = lend("weighted");
      const sums = new Float64Array(4);
      columns.forEach((column, j) => {
        times(weighted, weights, column, size);
        for (let k = 0; k <= j; k += 4) {
          const some = [0, 1, 2, 3].map((more) => columns[Math.min(k + more, j)]);
          dots(sums, weighted, some, size);
          for (let more = 0; more < 4 && k + more <= j; more += 1) {
            found[j][k + more] = found[k + more][j] = sums[more];
          }
        }
      });
      return found;
    }

    /* Controls of the draws that carry a weighing, in columns. */
    columns({ active, controls }) {
      let number = 0;
      return controls.flatMap(({ here, tables }) => {
        const cells = this.cells[here];
        return tables.map((table) => {
          const column = lend(`column ${(number += 1)}`);
          gathered(column, table, cells, active);
          return column;
        });
      });
    }

    /* The weights of the draws that carry a weighing, one after the other, or their squares. */
    carried({ active, weights }, power = 1) {
      const found = lend("carried");
      for (let i = 0; i < active.length; i += 1) found[i] = weights[active[i]] ** power;
      return found;
    }

    /* Tilt weights so that the normal variables behind the inputs have the means they must have. */
    calibrate(weighed) {
      if (weighed.calibrated) return;
      weighed.controls = this.controls(weighed);
      const { active } = weighed;
      const [columns, weights] = [this.columns(weighed), this.carried(weighed)];
      const size = columns.length;
      const moments = this.products(columns, weights, active.length);
      const means = columns.map((column) => dot(weights, column, active.length));
      const trace = moments.reduce((sum, row, j) => sum + row[j], 0);
      moments.forEach((row, j) => (row[j] += (1e-9 * trace) / size));
      const tilt = size ? solve(moments, [means]).answers[0] : [];
      const by = lend("weighted").fill(1, 0, active.length);
      columns.forEach((column, j) => plus(by, column, -tilt[j], active.length));
      const calibrated = (weighed.tilted ??= new Float64Array(this.draws)).fill(0);
      for (let i = 0; i < active.length; i += 1) calibrated[active[i]] = weights[i] * by[i];
      Object.assign(weighed, { calibrated, moments, means, size });
    }

    value(each, code) {
      if (code === 65535) return Infinity;
      const knot = Math.min(Math.floor(code / 255), each.knots.length - 2);
      const part = code / 255 - knot;
      return each.knots[knot] * (1 - part) + each.knots[knot + 1] * part;
    }

    /* Sums of weights in the order of a result, never falling; lent until the next ones. */
    below({ order }, weights) {
      const found = lend("below");
      risen(found, weights, order);
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

    /* A result, and its errors unless roughly; kept, since a change that is taken apart asks again. */
    answer(each, weighed, roughly = false) {
      const { effective, covered } = weighed;
      if (!(effective >= 2)) return { values: [], effective, covered, outside: true };
      const chance = bundle.results[each.result].kind === "percent";
      let below = null;
      const ordered = () => (below ??= this.below(each, weighed.calibrated));
      const found = once(answers, `${each.result} ${weighed.key}`, () => {
        this.calibrate(weighed);
        const codes = chance ? [] : LEVELS.map((level) => this.code(each, ordered(), level));
        return {
          codes,
          values: chance
            ? new Array(3).fill(this.mean(each, weighed))
            : codes.map((code) => this.value(each, code)),
          effective,
          covered,
          outside: effective < fewest || Math.abs(covered - 1) > ERRORS / Math.sqrt(effective),
        };
      });
      if (!roughly && !found.errors) {
        this.calibrate(weighed);
        found.errors = chance
          ? this.errorsOfChance(each, weighed, found.values[0])
          : this.errors(each, weighed, ordered(), found.codes);
      }
      return found;
    }

    mean(each, { active, calibrated }) {
      let [sum, total] = [0, 0];
      for (let i = 0; i < active.length; i += 1) {
        const draw = active[i];
        sum += calibrated[draw] * this.value(each, each.codes[draw]);
        total += calibrated[draw];
      }
      return Math.min(Math.max(sum / total, 0), 100);
    }

    /* Sums of weights, and of their squares, over the draws that carry them: all in all, and times
       each control; by part, of `count` that `parts` tells of each draw, and times `miss` where there
       is one. */
    sums(weighed, count, parts, miss) {
      const { active, controls, size } = weighed;
      const [linear, square] = [lend("linear"), lend("square")];
      const alone = new Float64Array(count);
      for (let i = 0; i < active.length; i += 1) {
        const weight = weighed.weights[active[i]];
        const off = miss ? miss[i] : 1;
        linear[i] = weight * off;
        square[i] = weight * weight * off;
        alone[parts[i]] += square[i] * off;
      }
      const make = () => Array.from({ length: count }, () => new Float64Array(size));
      const [simple, twice] = [make(), make()];
      let j = 0;
      for (const { here, tables } of controls) {
        const cells = this.cells[here];
        const wide = tables[0].length;
        const [by, bySquare] = ["by", "by square"].map((name) =>
          lend(name, count * wide).fill(0, 0, count * wide),
        );
        counted(by, linear, parts, wide, cells, active);
        counted(bySquare, square, parts, wide, cells, active);
        for (const table of tables) {
          for (let part = 0; part < count; part += 1) {
            for (let cell = 0; cell < wide; cell += 1) {
              simple[part][j] += table[cell] * by[part * wide + cell];
              twice[part][j] += table[cell] * bySquare[part * wide + cell];
            }
          }
          j += 1;
        }
      }
      return { alone, linear: simple, square: twice };
    }

    /* Errors of means, from how far each draw is off them, by three sums over the draws: its square,
       and it times each control, weighed once and twice. What controls tell does not count. */
    off(weighed, misses) {
      const { moments, size, effective, covered } = weighed;
      weighed.squared ??= this.products(
        this.columns(weighed),
        this.carried(weighed, 2),
        weighed.active.length,
      );
      const slopes = size ? solve(moments, misses.map(({ linear }) => linear)).answers : [];
      const spare = 1 - size / effective;
      // What the weights lack of their sum, beyond chance, may lie on either side.
      const lacking = Math.max(1 - covered - 1 / Math.sqrt(effective), 0);
      return misses.map(({ alone, square }, level) => {
        let squares = alone;
        for (let j = 0; j < size; j += 1) {
          let sum = -2 * square[j];
          for (let k = 0; k < size; k += 1) sum += weighed.squared[j][k] * slopes[level][k];
          squares += slopes[level][j] * sum;
        }
        return ERRORS * Math.sqrt(Math.max(squares, 0) / Math.max(spare, 0.1)) + lacking;
      });
    }

    /* Errors of shares that lie below rising limits, and are to be `levels`: `parts` says of each
       draw between which two of the limits it lies. */
    offShares(weighed, parts, levels) {
      const { alone, linear, square } = this.sums(weighed, levels.length + 1, parts);
      const upTo = (list) => {
        const sums = [list[0].slice()];
        for (const row of list.slice(1)) sums.push(row.map((value, j) => value + sums.at(-1)[j]));
        return sums;
      };
      const [simple, twice] = [upTo(linear), upTo(square)];
      const own = running(alone);
      const all = levels.length;
      return this.off(
        weighed,
        levels.map((level, at) => ({
          alone: own[at] * (1 - 2 * level) + own[all] * level * level,
          linear: simple[at].map((sum, j) => sum - level * simple[all][j]),
          square: twice[at].map((sum, j) => sum - level * twice[all][j]),
        })),
      );
    }

    /* Least and most that each of the three may be: errors of a share, as values. */
    errors(each, weighed, below, codes) {
      const { active } = weighed;
      const parts = lend("parts", 0, Uint8Array);
      const [low, best, high] = codes;
      for (let i = 0; i < active.length; i += 1) {
        const code = each.codes[active[i]];
        parts[i] = Number(code > low) + Number(code > best) + Number(code > high);
      }
      return this.offShares(weighed, parts, LEVELS).map((off, level) => {
        const ends = [Math.max(LEVELS[level] - off, 0), Math.min(LEVELS[level] + off, 1)];
        return ends.map((end) => this.value(each, this.code(each, below, end)));
      });
    }

    /* A share that too few draws have is known no better than by one of them. */
    errorsOfChance(each, weighed, chance) {
      const { active } = weighed;
      const miss = lend("miss");
      for (let i = 0; i < active.length; i += 1) {
        miss[i] = (this.value(each, each.codes[active[i]]) - chance) / 100;
      }
      const { alone, linear, square } = this.sums(weighed, 1, lend("parts", 0, Uint8Array).fill(0), miss);
      const [known] = this.off(weighed, [{ alone: alone[0], linear: linear[0], square: square[0] }]);
      const off = Math.max(100 * known, (100 * ERRORS) / weighed.effective);
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
      for (let i = 0; i < weighed.active.length; i += 1) {
        const draw = weighed.active[i];
        below[bins[draw] + 1] += weighed.calibrated[draw];
      }
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
      const limits = levels.map(holding);
      const partOf = Uint8Array.from(edges, (_, bin) => limits.filter((limit) => bin > limit).length);
      const { active } = weighed;
      const parts = lend("parts", 0, Uint8Array);
      for (let i = 0; i < active.length; i += 1) parts[i] = partOf[bins[active[i]]];
      const shares = limits.map((limit) => below[limit + 1]);
      const errors = this.offShares(weighed, parts, shares).map((off, place) =>
        [Math.max(levels[place] - off, 0), Math.min(levels[place] + off, 1)].map(at),
      );
      return { values, errors };
    }
  }

  const answers = new Map();
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
    /* Inputs that a result is drawn with: its answer hangs on nothing else that is held. */
    drawnWith: (result) => where.get(result).design.inputs,
    /* Make the draws of a result ready, until some time of the clock; whether they are. */
    ready: (result, until) => where.get(result).design.prepare(until),
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
    /* Quantiles of the path of a result's design at each of its dates, or at one, and their errors. */
    path(result, changes, levels, roughly = false, dates = where.get(result).design.path.keys()) {
      const { design } = where.get(result);
      const found = weighed(result, changes) ?? design.weigh(new Map());
      return [...dates].map((date) =>
        once(answers, `${result} at ${date} ${roughly} ${levels} ${found.key}`, () =>
          design.along(design.path[date], found, levels, roughly),
        ),
      );
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
