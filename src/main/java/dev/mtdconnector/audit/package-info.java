/** Who changed what, when, and what it was before. */
@NullMarked
package dev.mtdconnector.audit;

import org.jspecify.annotations.NullMarked;
