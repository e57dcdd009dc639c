/** Tests of what the operator does with tenants. */
@NullMarked
package dev.mtdconnector.operator;

import org.jspecify.annotations.NullMarked;
