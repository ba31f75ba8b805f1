// A layer of the registry as the base map draws it, for the list of layers.

export class DrawnLayer {
  constructor(base, layer) {
    Object.assign(this, { base, layer, synthetic: false, matched: 0 });
  }

  get shown() {
    return this.base.isShown(this.layer.id);
  }

  set shown(shown) {
    this.base.show(this.layer.id, shown);
  }

  get state() {
    return this.base.state;
  }

  isDrawn() {
    return this.base.isDrawn(this.layer);
  }

  /** Count what is in view. */
  count() {
    const found = this.base.countIn(this.layer);
    this.matched = found?.count ?? 0;
    this.synthetic ||= Boolean(found?.synthetic);
  }
}
