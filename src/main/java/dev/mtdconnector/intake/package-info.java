/** Event intake: which device an event means, and what it changes there. */
@NullMarked
package dev.mtdconnector.intake;

import org.jspecify.annotations.NullMarked;
