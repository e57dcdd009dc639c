/** The living Contoso: people and phones that live from a seed, a plain model of what must follow, and the comparison. */
@NullMarked
package dev.mtdconnector.local.fleet;

import org.jspecify.annotations.NullMarked;
