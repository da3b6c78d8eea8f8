/* The natural scales of quantities, there and back, and the normal distribution. */
"use strict";
window.bookScales = (() => {
  const density = (x) => Math.exp(-(x * x) / 2) / Math.sqrt(2 * Math.PI);

  /* The normal distribution function: a power series near nought, a continued fraction beyond. */
  function normal(x) {
    const size = Math.abs(x);
    let beyond = 0;
    if (size < 3) {
      let term = size;
      let sum = size;
      for (let k = 3; term > 1e-17 * sum; k += 2) {
        term *= (size * size) / k;
        sum += term;
      }
      beyond = 0.5 - density(size) * sum;
    } else if (size < 38) {
      let fraction = size;
      for (let k = 80; k > 0; k -= 1) fraction = size + k / fraction;
      beyond = density(size) / fraction;
    }
    return x < 0 ? beyond : 1 - beyond;
  }

  /* Its inverse, by halving. */
  function score(share) {
    let [low, high] = [-9, 9];
    for (let step = 0; step < 60; step += 1) {
      const middle = (low + high) / 2;
      if (normal(middle) < share) low = middle;
      else high = middle;
    }
    return (low + high) / 2;
  }

  const TO = { linear: (x) => x, log: Math.log, logit: (x) => Math.log(x / (1 - x)), probit: score };
  const BACK = {
    linear: (x) => x,
    log: Math.exp,
    logit: (x) => 1 / (1 + Math.exp(-x)),
    probit: normal,
  };
  return { density, normal, TO, BACK };
})();
