package io.modelserving.endpoint;

import java.util.stream.Stream;

import org.springframework.core.ResolvableType;

/**
 * Types that can be understood without the class that declares them.
 */
final class ResolvedTypes {

	private ResolvedTypes() {
	}

	/**
	 * Replace the type variables in a type by what they stand for.
	 * @param type a type without unresolvable generics
	 * @return the same type, made of classes only
	 */
	static ResolvableType withoutVariables(ResolvableType type) {
		if (!type.hasGenerics()) {
			return ResolvableType.forClass(type.toClass());
		}
		return type.isArray() ? ResolvableType.forArrayComponent(withoutVariables(type.getComponentType()))
				: ResolvableType.forClassWithGenerics(type.toClass(),
						Stream.of(type.getGenerics())
							.map(ResolvedTypes::withoutVariables)
							.toArray(ResolvableType[]::new));
	}

}
