const LENGTH = 23;

/** Ids in ascending order, 23 bytes each: a million users of an export take 23 MB; a set of strings takes several times that. */
export class SortedIds {
  #bytes = Buffer.alloc(1024 * LENGTH);
  #count = 0;

  /** @throws Error for an id that is not above the last one */
  add(id: string): void {
    if (id.length !== LENGTH || (this.#count > 0 && this.#compare(this.#count - 1, Buffer.from(id, "latin1")) >= 0)) {
      throw new Error("ids come in ascending order");
    }
    if ((this.#count + 1) * LENGTH > this.#bytes.length) {
      const larger = Buffer.alloc(this.#bytes.length * 2);
      this.#bytes.copy(larger);
      this.#bytes = larger;
    }
    this.#bytes.write(id, this.#count * LENGTH, "latin1");
    this.#count += 1;
  }

  has(id: string): boolean {
    const wanted = Buffer.from(id, "latin1");
    let [low, high] = [0, this.#count];
    while (low < high) {
      const middle = (low + high) >>> 1;
      const order = this.#compare(middle, wanted);
      if (order === 0) return true;
      if (order < 0) low = middle + 1;
      else high = middle;
    }
    return false;
  }

  #compare(index: number, wanted: Buffer): number {
    return this.#bytes.compare(wanted, 0, wanted.length, index * LENGTH, (index + 1) * LENGTH);
  }
}
