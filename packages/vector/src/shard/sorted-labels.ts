/** Whether ascending labels hold one, by halving. */
export function hasLabel(labels: Uint32Array, label: number): boolean {
  let low = 0
  let high = labels.length
  while (low < high) {
    const middle = (low + high) >>> 1
    if (labels[middle]! < label) low = middle + 1
    else high = middle
  }
  return labels[low] === label
}
