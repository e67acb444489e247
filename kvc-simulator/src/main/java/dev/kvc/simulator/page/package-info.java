/**
 * Pages that need nothing but themselves, for our own reports: a {@link dev.kvc.simulator.page.Page} puts one together,
 * {@link dev.kvc.simulator.page.Markup} is what HTML and SVG have in common. No part of the API.
 */
@NullMarked
package dev.kvc.simulator.page;

import org.jspecify.annotations.NullMarked;
