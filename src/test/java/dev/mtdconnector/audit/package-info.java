@NullMarked
package dev.mtdconnector.audit;

import org.jspecify.annotations.NullMarked;
