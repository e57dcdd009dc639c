/** What Intune must be told of each device, and that it is told once and in order. */
@NullMarked
package dev.mtdconnector.intune;

import org.jspecify.annotations.NullMarked;
