/* The cells of inputs, on which densities of draws are compared, and the small matrices that bind
   inputs: as `ooms.implied.cells` has them. */
"use strict";
window.bookCells = (CELLS) => {
  const { density, normal, TO } = bookScales;
  const Z95 = 1.6448536269514722;
  const FLOOR = 1e-300;
  const FAR = 6;

  /* ---- one input: cells and their probabilities ---- */

  function shape(input, [low, best, high]) {
    const to = TO[input.scale];
    const middle = to(best);
    let below = middle - to(low);
    let above = to(high) - middle;
    const sliver = Math.max(1e-3 * (below + above), 2.2e-16 * Math.max(1, Math.abs(middle)));
    below = Math.max(below, sliver);
    above = Math.max(above, sliver);
    return { middle, above, g: Math.log(above / below) / Z95 };
  }

  const fixed = (values) => values[0] === values[2];

  function scores(input, values) {
    const { middle, above, g } = shape(input, values);
    return Float64Array.from(input.edges, (edge) => {
      const offset = (edge - middle) / above;
      if (Math.abs(g) < 1e-9) return offset * Z95;
      return Math.log(Math.max(1 + offset * Math.expm1(g * Z95), 0)) / g;
    });
  }

  function mass(input, values) {
    const found = new Float64Array(CELLS + 2 + input.held.length);
    if (values === null) {
      const whole = input.edges[CELLS] - input.edges[0];
      for (let k = 0; k < CELLS; k += 1) {
        found[k + 1] = 0.98 * (0.8 / CELLS + (0.2 * (input.edges[k + 1] - input.edges[k])) / whole);
      }
      found[0] = found[CELLS + 1] = 0.01;
    } else if (fixed(values)) {
      found[CELLS + 2 + input.held.indexOf(values[1])] = 1;
    } else {
      let before = 0;
      scores(input, values).forEach((score, k) => {
        const now = normal(score);
        found[k] = now - before;
        before = now;
      });
      found[CELLS + 1] = 1 - before;
    }
    return found;
  }

  const tail = (z) => density(z) / Math.max(normal(-z), 1e-12);

  /* The normal variable of a range in the middle of each cell. */
  function middles(input, values) {
    const edges = scores(input, values).map((z) => Math.min(Math.max(z, -FAR), FAR));
    const found = new Float64Array(CELLS + 2 + input.held.length);
    for (let k = 0; k < CELLS; k += 1) found[k + 1] = (edges[k] + edges[k + 1]) / 2;
    found[0] = -tail(-edges[0]);
    found[CELLS + 1] = tail(edges[CELLS]);
    return found;
  }

  const logs = (list) => list.map((value) => Math.log(Math.max(value, FLOOR)));

  /* ---- small matrices ---- */

  function solve(matrix, right) {
    const size = matrix.length;
    const a = matrix.map((row, i) => [...row, ...right.map((each) => each[i])]);
    let logDeterminant = 0;
    for (let i = 0; i < size; i += 1) {
      let pivot = i;
      for (let r = i + 1; r < size; r += 1) {
        if (Math.abs(a[r][i]) > Math.abs(a[pivot][i])) pivot = r;
      }
      [a[i], a[pivot]] = [a[pivot], a[i]];
      logDeterminant += Math.log(Math.abs(a[i][i]));
      for (let r = 0; r < size; r += 1) {
        if (r === i) continue;
        const factor = a[r][i] / a[i][i];
        if (factor) for (let c = i; c < a[r].length; c += 1) a[r][c] -= factor * a[i][c];
      }
    }
    const answers = right.map((_, j) => a.map((row, i) => row[size + j] / row[i]));
    return { answers, logDeterminant };
  }

  function root(matrix) {
    const found = matrix.map((row) => row.map(() => 0));
    for (let i = 0; i < matrix.length; i += 1) {
      for (let j = 0; j <= i; j += 1) {
        let rest = matrix[i][j];
        for (let k = 0; k < j; k += 1) rest -= found[i][k] * found[j][k];
        found[i][j] = i === j ? Math.sqrt(rest) : rest / found[j][j];
      }
    }
    return found;
  }

  return { fixed, logs, mass, middles, root, scores, solve };
};
